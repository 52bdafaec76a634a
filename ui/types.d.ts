// Generated from src-tauri/engine/src/view by `cargo test -p aloft-engine types`. Do not edit.

/** USD as decimal text, rounded for people: `"4.18"`. */
export type Usd = string;
/** A moment in chain time, RFC 3339. */
export type Moment = string;
/** A deployment's id, a UUIDv7. */
export type DeploymentId = string;

/**
 * Everything the window shows, whole. The window drops one whose `rev` is older than the last it drew.
 */
export type Snapshot = { 
/**
 * [`SCHEMA`].
 */
schema: number, 
/**
 * Grows with every snapshot of one run.
 */
rev: number, 
/**
 * Chain time when this was made.
 */
now: string, 
/**
 * Chain seconds per second of the machine: 1, more in the demo.
 */
pace: number, 
/**
 * The active account, `null` before one is connected.
 */
account: Account | null, 
/**
 * How the line to the Console is.
 */
connection: Connection, 
/**
 * What to know before an API key is entered, when the keychain could not be used the last time.
 */
keyNote: string | null, 
/**
 * The file being checked.
 */
draft: Draft | null, 
/**
 * Deployments that are not over, newest first.
 */
rows: Array<Row>, 
/**
 * What all running leases cost together; `null` when nothing runs or a rate is unknown.
 */
total: Price | null, 
/**
 * How long the credit, with what is set aside, pays for all that is funded from it; `null` when that is nothing or not known.
 */
creditLasts: Lasts | null, 
/**
 * How many records the history holds.
 */
closed: number, 
/**
 * The deployment the window is looking at, see the `look` command.
 */
open: Open | null, 
/**
 * What the person should hear about, oldest first, at most 20.
 */
notices: Array<Notice>, 
/**
 * Files that wait, then texts that are kept (at most 50), then files given before (at most 12), each newest first.
 */
recent: Array<Recent>, 
/**
 * Keys of the regions that providers are in, sorted.
 */
areas: Array<string>, 
/**
 * What the person has set.
 */
settings: Settings, };

/**
 * Something to say once: in the top bar, and by the desktop while the window is hidden.
 */
export type Notice = { 
/**
 * Unique in a run; what `dismiss` takes.
 */
id: number, 
/**
 * What it is about.
 */
kind: NoticeKind, 
/**
 * How it is meant.
 */
tone: Tone, 
/**
 * One short sentence.
 */
title: string, 
/**
 * What it means and what to do, when there is more to say.
 */
body: string | null, 
/**
 * The deployment it is about; a click leads there.
 */
deployment: string | null, 
/**
 * A page of the Console that helps, e.g. the one to add credit.
 */
link: Link | null, 
/**
 * When.
 */
at: string, 
/**
 * Worth a desktop notification while the window is hidden.
 */
desktop: boolean, };

/**
 * What a notice is about; each but `App` and `File` can be switched off for the desktop.
 */
export type NoticeKind = "bids" | "live" | "trouble" | "money" | "app" | "file";

/**
 * What a colour and an icon stand for.
 */
export type Tone = "quiet" | "busy" | "good" | "attention" | "bad";

/**
 * A file given before, or a text that is kept.
 */
export type Recent = { 
/**
 * What `open_recent` takes.
 */
id: string, 
/**
 * The file's name; of a kept text where it came from.
 */
name: string, 
/**
 * When it was last given, or gave way.
 */
at: string, 
/**
 * What it is.
 */
kind: RecentKind, };

/**
 * Kinds of [`Recent`].
 */
export type RecentKind = "waiting" | "kept" | "file";

/**
 * A file that comes with the program.
 */
export type Sample = { 
/**
 * What `open_sample` takes.
 */
id: string, 
/**
 * "WordPress and its database".
 */
title: string, 
/**
 * One sentence on what one gets.
 */
about: string, };

/**
 * A ready-made SDL file of the Console's gallery.
 */
export type Template = { 
/**
 * What `open_template` takes.
 */
id: string, 
/**
 * `Ghost`.
 */
name: string, 
/**
 * What it is, as the Console says.
 */
about: string, 
/**
 * `Blogging`.
 */
category: string, 
/**
 * Words to find it by.
 */
tags: Array<string>, };

/**
 * Something that happened to a deployment.
 */
export type Event = { 
/**
 * When, chain time.
 */
at: string, 
/**
 * In words.
 */
text: string, 
/**
 * How it is meant.
 */
tone: Tone, };

/**
 * What the program is and where it keeps things.
 */
export type About = { 
/**
 * Version of Aloft.
 */
version: string, 
/**
 * The folder of journal, settings and logs.
 */
dataDir: string, 
/**
 * Licences of the libraries, one a line.
 */
licences: Array<string>, };

/**
 * A page that may be opened in the browser.
 */
export type Link = "signUp" | "addCredit" | "apiKeys" | "console" | "sdlDocs" | "discord" | "issues" | "support";

/**
 * The one error that crosses to the window. Library messages appear in `details` only.
 */
export type AppError = { 
/**
 * What kind, for tests and for choosing an icon; never shown.
 */
code: Code, 
/**
 * What happened, one sentence.
 */
title: string, 
/**
 * What it means for the person's money and deployment.
 */
meaning: string | null, 
/**
 * What to do next.
 */
next: string | null, 
/**
 * Whether doing the same again is safe.
 */
retry: boolean, 
/**
 * A page that helps.
 */
link: Link | null, 
/**
 * For people who search for it: the other side's words, redacted.
 */
details: string | null, };

/**
 * Kinds of [`AppError`] the window or a test tells apart.
 */
export type Code = "badKey" | "noWallet" | "provisioning" | "needsCredit" | "trial" | "offline" | "serverDown" | "rateLimited" | "notUnderstood" | "unclear" | "bidGone" | "gone" | "provider" | "file" | "sdl" | "input" | "notConnected" | "notNow" | "disk" | "internal";

/**
 * Who pays.
 */
export type Account = { 
/**
 * Demo, trial or paid.
 */
kind: AccountKind, 
/**
 * User name or e-mail address.
 */
name: string, 
/**
 * The wallet's address on the chain, under *Details*.
 */
address: string, 
/**
 * Host of the Console, `console-api.akash.network`.
 */
console: string, 
/**
 * What can still be spent; `null` when not known yet.
 */
credit: string | null, 
/**
 * What all deployments hold; `null` when not known yet.
 */
setAside: string | null, 
/**
 * Where the key is kept.
 */
key: KeyKept, 
/**
 * Why the keychain could not be used, one sentence; only with `KeyKept::Session`.
 */
keyWhy: string | null, 
/**
 * Whether the saved card may be charged by the Console by itself; `null` when not known.
 */
autoReload: boolean | null, 
/**
 * The Console sets aside what it thinks right and ignores our amount (seen before on this account).
 */
depositIgnored: boolean, };

/**
 * What sort of account.
 */
export type AccountKind = "demo" | "trial" | "paid";

/**
 * Where the API key is kept.
 */
export type KeyKept = "keychain" | "session" | "none";

/**
 * An API key of the account. Never the key itself.
 */
export type ApiKey = { 
/**
 * The name it was given.
 */
name: string, 
/**
 * Its first and last letters.
 */
shown: string | null, 
/**
 * When it was made.
 */
created: string | null, 
/**
 * When it was last used, to half an hour.
 */
used: string | null, 
/**
 * When it stops working; `null` for never.
 */
expires: string | null, 
/**
 * Aloft uses it.
 */
mine: boolean, };

/**
 * The line to the Console.
 */
export type Connection = { 
/**
 * How it is.
 */
state: ConnectionState, 
/**
 * Since when it is so.
 */
since: string | null, 
/**
 * What went wrong, when it did.
 */
problem: AppError | null, };

/**
 * How the line is.
 */
export type ConnectionState = "none" | "connecting" | "online" | "offline" | "refused";

/**
 * What connecting found.
 */
export type Connected = { 
/**
 * The account as it is shown from now on.
 */
account: Account, };

/**
 * What the person has set. Kept in settings.json.
 */
export type Settings = { 
/**
 * Light, dark or as the system.
 */
theme: Theme, 
/**
 * Size of text in percent: 100, 125, 150 or 200.
 */
textSize: number, 
/**
 * What is set aside for a new deployment unless changed there, USD.
 */
deposit: string, 
/**
 * Whether Aloft closes its own lease-less deployments whose bids lapsed, after 10 minutes.
 */
closeLapsed: boolean, 
/**
 * Desktop notifications while the window is hidden.
 */
notify: boolean, 
/**
 * Kinds that make no desktop notification.
 */
muted: Array<NoticeKind>, 
/**
 * Address of the Console API.
 */
consoleUrl: string, 
/**
 * Whether the demo is what opens at start.
 */
demo: boolean, 
/**
 * Whether it was said once that deployments go on when Aloft quits.
 */
saidQuit: boolean, 
/**
 * What all that ran cost a day when that was said last, USD: it is said again when it costs more. Empty: never said.
 */
quitDay: string, 
/**
 * What *Deploy for me* was last told to take.
 */
rule: Rule, 
/**
 * Addresses of the providers that the person marked.
 */
favourites: Array<string>, };

/**
 * Colours.
 */
export type Theme = "system" | "light" | "dark";

/**
 * A change of settings; what is absent stays.
 */
export type SettingsPatch = { 
/**
 * See [`Settings::theme`].
 */
theme?: Theme, 
/**
 * See [`Settings::text_size`].
 */
textSize?: number, 
/**
 * See [`Settings::deposit`].
 */
deposit?: string, 
/**
 * See [`Settings::close_lapsed`].
 */
closeLapsed?: boolean, 
/**
 * See [`Settings::notify`].
 */
notify?: boolean, 
/**
 * See [`Settings::muted`].
 */
muted?: Array<NoticeKind>, 
/**
 * See [`Settings::console_url`]. Refused while an account is connected.
 */
consoleUrl?: string, 
/**
 * See [`Settings::rule`].
 */
rule?: Rule, };

/**
 * The file being checked: what it would run, what is wrong with it, what it takes. Its text comes by `draft_text`.
 */
export type Draft = { 
/**
 * Changes when another file takes its place: the window then shows the check screen.
 */
id: number, 
/**
 * Changes with each edit of the text.
 */
rev: number, 
/**
 * Left by an earlier run: offered, not brought up.
 */
restored: boolean, 
/**
 * The deployment's name, from the file's unless changed.
 */
name: string, 
/**
 * Where it came from, in words: `blog.yaml`, `Pasted text`, `Sample`.
 */
source: string, 
/**
 * In text order.
 */
findings: Array<Finding>, 
/**
 * How many of them stop it.
 */
errors: number, 
/**
 * What will run; `null` while errors hide it.
 */
summary: Summary | null, 
/**
 * Who could run it; `null` while that is not known.
 */
fit: Eligibility | null, 
/**
 * What is set aside.
 */
money: DraftMoney, 
/**
 * How it was made of something else than an SDL; `null` where it was not.
 */
made: Made | null, 
/**
 * When it stops by itself.
 */
stop: DraftStop, 
/**
 * What stops asking for prices, in the order to clear it; `null` when nothing does.
 */
blocked: Blocked | null, };

/**
 * Text and position of the draft.
 */
export type DraftText = { 
/**
 * See [`Draft::id`].
 */
id: number, 
/**
 * See [`Draft::rev`].
 */
rev: number, 
/**
 * The SDL.
 */
text: string, };

/**
 * When what the draft becomes stops by itself.
 */
export type DraftStop = { 
/**
 * Hours after its lease; `null`: it runs until somebody closes it. `set_draft_stop`.
 */
hours: number | null, 
/**
 * Who stops it then, in words.
 */
note: string, };

/**
 * How the draft was made of a compose file, a `docker run` line or the like.
 */
export type Made = { 
/**
 * `a compose file`.
 */
of: string, 
/**
 * What only a person knows.
 */
questions: Array<MadeQuestion>, 
/**
 * What was guessed, and what was carried over in part.
 */
guesses: Array<MadeGuess>, 
/**
 * What could not be carried over, what matters first.
 */
lost: Array<MadeLost>, };

/**
 * A question about what was made.
 */
export type MadeQuestion = { 
/**
 * What `answer_made` takes.
 */
index: number, 
/**
 * `Size of the volume “db”`.
 */
label: string, 
/**
 * Why it is asked.
 */
why: string, 
/**
 * How it is answered.
 */
field: MadeField, 
/**
 * What stands in the text now.
 */
value: string, 
/**
 * Nothing runs, or not as meant, before it is answered.
 */
needed: boolean, 
/**
 * Where it stands in the text.
 */
line: number, };

/**
 * How a question about what was made is answered.
 */
export type MadeField = "text" | "secret" | "number" | "yesNo";

/**
 * A guess that was made.
 */
export type MadeGuess = { 
/**
 * The service that it is about.
 */
service: string | null, 
/**
 * What was written: `0.5 cores`.
 */
to: string, 
/**
 * Why.
 */
why: string, 
/**
 * It was carried over in part.
 */
part: boolean, 
/**
 * Where it stands in the text; `null` where that does not say it any more.
 */
line: number | null, };

/**
 * Something that could not be carried over.
 */
export type MadeLost = { 
/**
 * What was given: `build: ./web`.
 */
what: string, 
/**
 * Why it is not here.
 */
why: string, 
/**
 * What to do instead.
 */
instead: string, 
/**
 * The program may behave differently without it.
 */
matters: boolean, };

/**
 * When a deployment stops by itself.
 */
export type Stop = { 
/**
 * `24 hours after its lease starts`, before that has one.
 */
text: string, 
/**
 * When that is; `null` before its lease.
 */
at: string | null, 
/**
 * Who stops it then, in words.
 */
note: string, };

/**
 * One thing about the text. Lines and columns are 1-based characters; `from`, `to` are UTF-16 offsets for the editor.
 */
export type Finding = { 
/**
 * Stable name of the rule.
 */
code: string, 
/**
 * Whether it stops the deployment.
 */
error: boolean, 
/**
 * Line.
 */
line: number, 
/**
 * Column.
 */
column: number, 
/**
 * Start.
 */
from: number, 
/**
 * End.
 */
to: number, 
/**
 * What is wrong, in plain words.
 */
message: string, 
/**
 * What to write instead.
 */
hint: string | null, 
/**
 * The official library's words, for people who search for them.
 */
official: string | null, 
/**
 * A change that mends it; the editor applies it, so that Ctrl+Z takes it back.
 */
fix: Fix | null, };

/**
 * A change that mends a finding.
 */
export type Fix = { 
/**
 * What it does: "Write `512Mi`".
 */
label: string, 
/**
 * Replacements, none overlapping, in text order, all relative to the unchanged text.
 */
edits: Array<Edit>, };

/**
 * One replacement, UTF-16 offsets.
 */
export type Edit = { 
/**
 * Start.
 */
from: number, 
/**
 * End.
 */
to: number, 
/**
 * What stands there afterwards.
 */
insert: string, };

/**
 * What the file would run.
 */
export type Summary = { 
/**
 * Sorted by name.
 */
services: Array<Service>, 
/**
 * Sorted by name, which is the order of gseq.
 */
placements: Array<Placement>, 
/**
 * Whether any service asks for a GPU: prices are then shown per hour first.
 */
gpu: boolean, };

/**
 * One service.
 */
export type Service = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its image.
 */
image: string, 
/**
 * How many copies run, over all placements.
 */
replicas: number, 
/**
 * Of one copy, in words: `0.5 CPU`, `512 MiB memory`, `1 GiB disk`, `1 × nvidia rtx4090`.
 */
resources: Array<string>, 
/**
 * `port 80 → the internet`.
 */
ports: Array<string>, 
/**
 * Volumes that outlive a restart but not the lease: `data, 10 GiB at /var/lib/mysql`.
 */
volumes: Array<string>, 
/**
 * How many environment variables it is given; the provider can read them.
 */
env: number, };

/**
 * One placement: where a part may run.
 */
export type Placement = { 
/**
 * Group number, by sorted name.
 */
gseq: number, 
/**
 * Its name.
 */
name: string, 
/**
 * What it demands of a provider, in words; empty: anywhere.
 */
demands: Array<string>, 
/**
 * Names of the services in it.
 */
services: Array<string>, 
/**
 * The most the file would pay, in words; a limit, not a price.
 */
ceiling: string | null, };

/**
 * What is set aside for the draft, and how long it lasts.
 */
export type DraftMoney = { 
/**
 * What will be set aside, as typed; USD.
 */
deposit: string, 
/**
 * What is wrong with the amount, in words.
 */
problem: string | null, 
/**
 * How long it lasts, in words; `null` when neither a usual price nor a ceiling is known to count by.
 */
lasts: string | null, 
/**
 * A larger amount that lasts a day, where this one does not; `null` where the Console decides the amount.
 */
proposal: Proposal | null, 
/**
 * What the Console adds by itself, in words; `null` where it adds nothing.
 */
funding: string | null, 
/**
 * The account's credit; `null` when not known.
 */
credit: string | null, 
/**
 * The Console decides the amount on this account: the field goes away.
 */
decidedByConsole: boolean, 
/**
 * What asking for prices sets aside; `null` where that is not known.
 */
setsAside: string | null, 
/**
 * What a trial account should know first.
 */
trial: string | null, };

/**
 * An amount to set aside instead.
 */
export type Proposal = { 
/**
 * The amount.
 */
usd: string, 
/**
 * Why, in words.
 */
text: string, };

/**
 * What stops asking for prices.
 */
export type Blocked = { 
/**
 * What kind.
 */
by: BlockedBy, 
/**
 * In words.
 */
text: string, 
/**
 * A page that helps.
 */
link: Link | null, 
/**
 * What could be set aside instead, USD; `null` where that is not what stops it.
 */
instead: string | null, };

/**
 * Kinds of [`Blocked`].
 */
export type BlockedBy = "findings" | "questions" | "notConnected" | "offline" | "credit" | "amount" | "busy";

/**
 * A price that is fixed for a lease, rounded up for people.
 */
export type Price = { 
/**
 * USD per hour, 4 decimals.
 */
hour: string, 
/**
 * USD per day, 2 decimals, under a dollar 3.
 */
day: string, 
/**
 * USD per month if it runs all month, 2 decimals.
 */
month: string, 
/**
 * Which comes first: per hour where a GPU is asked for, else per month.
 */
byHour: boolean, };

/**
 * A deployment in the list.
 */
export type Row = { 
/**
 * What commands take.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Made with Aloft (or taken over), or found on the account.
 */
ours: boolean, 
/**
 * How it is.
 */
state: State, 
/**
 * `Europlots · Kyiv, UA`; `null` before a lease.
 */
provider: string | null, 
/**
 * What its running leases cost; `null` before a lease or when the rate is unknown.
 */
price: Price | null, 
/**
 * What is left of what was set aside; `null` when not known.
 */
left: string | null, 
/**
 * How long that lasts.
 */
lasts: Lasts | null, 
/**
 * Where it answers.
 */
addresses: Array<Address>, 
/**
 * The one thing to do now, if it needs one.
 */
action: Action | null, 
/**
 * Whether `close` can be asked for now.
 */
closable: boolean, };

/**
 * How a deployment is: a word, a tone and what there is to say.
 */
export type State = { 
/**
 * Which.
 */
code: StateCode, 
/**
 * Colour and icon.
 */
tone: Tone, 
/**
 * `Answering`.
 */
word: string, 
/**
 * `1 of 2 services ready`; `sending its manifest again; already charging`.
 */
detail: string | null, 
/**
 * Since when.
 */
since: string | null, };

/**
 * The states of a deployment's life.
 */
export type StateCode = "creating" | "unclear" | "notSent" | "refused" | "choosing" | "lapsed" | "leasing" | "undelivered" | "starting" | "running" | "answering" | "notAnswering" | "keepsRestarting" | "dark" | "leaseLost" | "outOfFunds" | "closing" | "closed" | "abandoned";

/**
 * How long what is set aside lasts.
 */
export type Lasts = { 
/**
 * Until when, if nothing is added; `null` when credit is added automatically.
 */
until: string | null, 
/**
 * `paid for 5 d 3 h`, `paid for 5 d 3 h, then from credit`.
 */
text: string, 
/**
 * It is running out and the person should act.
 */
low: boolean, };

/**
 * Where a deployment can be reached. `open_address` takes its index.
 */
export type Address = { 
/**
 * Web address, forwarded port or IP.
 */
kind: AddressKind, 
/**
 * The service behind it.
 */
service: string, 
/**
 * As shown: `web.ingress.europlots.com`, `host:31234 → 22/tcp`.
 */
label: string, 
/**
 * As copied.
 */
copy: string, 
/**
 * Whether a browser can open it.
 */
opens: boolean, 
/**
 * Whether it answered when last asked; `null` where Aloft makes no claim.
 */
answers: boolean | null, };

/**
 * Kinds of [`Address`].
 */
export type AddressKind = "web" | "port" | "ip";

/**
 * The one thing a row asks for.
 */
export type Action = "choose" | "askAgain" | "look" | "stop" | "addFunds" | "close";

/**
 * A deployment as its own screen shows it.
 */
export type Open = { 
/**
 * As in the list.
 */
row: Row, 
/**
 * Which screen shows it.
 */
screen: OpenScreen, 
/**
 * When it was made.
 */
created: string, 
/**
 * The steps from lease to answering.
 */
steps: Array<Step>, 
/**
 * Bids by group, in order of gseq.
 */
groups: Array<Group>, 
/**
 * 60 seconds passed without a bid.
 */
noBids: boolean, 
/**
 * Why that may be, and what could be asked instead; `null` while bids are there or it is not known.
 */
why: Eligibility | null, 
/**
 * *Deploy for me* is at work; `null` where the person chooses.
 */
auto: Auto | null, 
/**
 * *Deploy for me* took nothing, and would with this limit a month; `null` where it was not the limit.
 */
raise: string | null, 
/**
 * When the first of the open bids is likely to lapse: an estimate.
 */
lapses: string | null, 
/**
 * What runs.
 */
services: Array<Running>, 
/**
 * Money of this deployment.
 */
money: Money, 
/**
 * Who runs it, one a lease.
 */
providers: Array<ProviderCard>, 
/**
 * What is lost on closing, a sentence each.
 */
losses: Array<string>, 
/**
 * Numbers and addresses of the chain, for *Details*.
 */
facts: Array<Fact>, 
/**
 * How it ended.
 */
receipt: Receipt | null, 
/**
 * What went wrong last and still stands.
 */
problem: AppError | null, 
/**
 * What can be done now.
 */
can: Can, };

/**
 * Which screen shows a deployment.
 */
export type OpenScreen = "choose" | "goLive" | "detail" | "receipt";

/**
 * One step from lease to answering.
 */
export type Step = { 
/**
 * What: `Lease taken`, `Manifest delivered`, `Containers ready`, `Answering`.
 */
title: string, 
/**
 * How far.
 */
state: StepState, 
/**
 * `1 of 2`; what is going on.
 */
detail: string | null, 
/**
 * When it began.
 */
began: string | null, 
/**
 * How long it took, whole seconds.
 */
seconds: number | null, };

/**
 * How far a step is.
 */
export type StepState = "todo" | "doing" | "done" | "stuck";

/**
 * One group's bids.
 */
export type Group = { 
/**
 * Group number.
 */
gseq: number, 
/**
 * Placement name; `null` where no SDL is known.
 */
name: string | null, 
/**
 * Services in it.
 */
services: Array<string>, 
/**
 * Cheapest first; what can no longer be taken is last.
 */
bids: Array<Bid>, 
/**
 * That more providers may want to bid than are listed, a sentence; `null` where that is not so.
 */
full: string | null, 
/**
 * What its GPUs usually cost, a sentence; `null` where none is asked or it is not known.
 */
marketRate: string | null, };

/**
 * A provider's offer.
 */
export type Bid = { 
/**
 * The provider's address on the chain: what `start` and `provider` take.
 */
provider: string, 
/**
 * Organization, or the host when it has no name.
 */
name: string, 
/**
 * Host name.
 */
host: string, 
/**
 * `Kyiv, UA`; `null` when unknown.
 */
region: string | null, 
/**
 * The region's key, as files ask for it: `us-west`; `null` when unknown.
 */
area: string | null, 
/**
 * `null` when the rate is unknown.
 */
price: Price | null, 
/**
 * How long what is set aside lasts at this price, and what the Console adds, in words; `null` when not known.
 */
outlook: string | null, 
/**
 * What the Console takes from the credit at the start beyond what is set aside, where that is more than is set aside: then it is asked for.
 */
takes: string | null, 
/**
 * Share of the last 7 days it was up, percent with 2 decimals; `null` when unknown.
 */
uptime: string | null, 
/**
 * The last 7 days, oldest first: percent of each that it was up, cut; `null` when unknown.
 */
week: Array<number> | null, 
/**
 * GPU offered, `rtx4090`; `null` where none is asked.
 */
gpu: string | null, 
/**
 * Its price per GPU against what is usual; `null` where it can't be told.
 */
marketRate: MarketRate | null, 
/**
 * Whether it is audited; `null` when unknown.
 */
audited: boolean | null, 
/**
 * Whether it can be taken.
 */
open: boolean, 
/**
 * Why it cannot: `lapsed`, `taken`.
 */
whyNot: string | null, 
/**
 * When it is likely to lapse: an estimate from its own age; `null` when it can't be told.
 */
lapses: string | null, 
/**
 * Its place by each way, from 0; those that can't be taken come after all others.
 */
rank: Rank, 
/**
 * Why it stands there, one sentence without a full stop.
 */
why: string, 
/**
 * What speaks for the provider's keeping running.
 */
points: ReliabilityScore, 
/**
 * The person marked its provider.
 */
favourite: boolean, 
/**
 * The person's own leases with its provider, in words; `null` for none.
 */
past: string | null, };

/**
 * A bid's place in its group by each way, from 0.
 */
export type Rank = { 
/**
 * By price.
 */
cheapest: number, 
/**
 * By reliability.
 */
reliable: number, 
/**
 * By both.
 */
balanced: number, };

/**
 * A price against what is usual.
 */
export type MarketRate = "cheap" | "usual" | "dear";

/**
 * Points for reliability; what is not known gets a middling provider's.
 */
export type ReliabilityScore = { 
/**
 * All together, 0 to 100.
 */
total: number, 
/**
 * Up to 60, by how much of the time it answered.
 */
uptime: number, 
/**
 * Up to 20, by its age and the leases it runs.
 */
standing: number, 
/**
 * Up to 10, for audited attributes and notice before it takes its machine back.
 */
promises: number, 
/**
 * -30 to 10, by the person's own leases there.
 */
past: number, 
/**
 * -60 when it does not answer now.
 */
offline: number, };

/**
 * What a person chooses by. The window sorts by it, and *Deploy for me* takes by it.
 */
export type RankBy = "cheapest" | "reliable" | "balanced";

/**
 * A choice for one group.
 */
export type Choice = { 
/**
 * Group number.
 */
gseq: number, 
/**
 * The provider's address.
 */
provider: string, };

/**
 * What several bids cost together.
 */
export type Quote = { 
/**
 * `null` when a rate is unknown.
 */
price: Price | null, 
/**
 * As [`Bid::outlook`], for all of them.
 */
outlook: string | null, 
/**
 * As [`Bid::takes`], for all of them.
 */
takes: string | null, };

/**
 * What an amount to be set aside in addition would do.
 */
export type Weighed = { 
/**
 * The amount as it would be sent; `null` where it can't be.
 */
usd: string | null, 
/**
 * Why it can't, a sentence.
 */
problem: string | null, 
/**
 * `$5.00 buys 3 d 5 h`; `null` when no rate is known.
 */
buys: string | null, };

/**
 * *Deploy for me*: what to take without asking.
 */
export type Rule = { 
/**
 * What to choose by.
 */
way: RankBy, 
/**
 * The region's key that it has to be in; `null` for any.
 */
region: string | null, 
/**
 * The most that all parts together may cost a month, as typed; USD. Empty: not typed yet.
 */
limit: string, };

/**
 * *Deploy for me* at work: it takes a bid by itself unless stopped.
 */
export type Auto = { 
/**
 * What it will take: `the cheapest in us-west, up to $6.00 a month`.
 */
text: string, 
/**
 * When it takes what it found, if nothing better comes; `null` while nothing satisfies it.
 */
takes: string | null, 
/**
 * What it waits to know of the bidders, a sentence; `null` when it knows.
 */
waits: string | null, };

/**
 * A provider in place: what is known of it.
 */
export type ProviderDetail = { 
/**
 * Its address on the chain.
 */
provider: string, 
/**
 * Organization, or the host when it has no name.
 */
name: string, 
/**
 * Host name.
 */
host: string, 
/**
 * `Kyiv, UA`; `null` when unknown.
 */
region: string | null, 
/**
 * Whether it answered when the Console asked last; `null` when unknown.
 */
online: boolean | null, 
/**
 * Whether an auditor signed what it says of itself; `null` when unknown.
 */
audited: boolean | null, 
/**
 * Uptime over a day, a week, a month; age; leases: what is known, in words.
 */
standing: Array<Fact>, 
/**
 * Days with outages known, oldest first; empty where nothing is known.
 */
days: Array<Day>, 
/**
 * What it has: processor, memory, disks, network, what is free.
 */
hardware: Array<Fact>, 
/**
 * Its GPUs: `nvidia rtx4090 24Gi PCIe`.
 */
gpus: Array<string>, 
/**
 * Everything else it says of itself.
 */
attributes: Array<Fact>, 
/**
 * Pages of its own that `open_provider` can open.
 */
pages: Array<ProviderPage>, 
/**
 * Whom to write to.
 */
email: string | null, 
/**
 * The person's own leases there, in words.
 */
past: string | null, 
/**
 * The person marked it.
 */
favourite: boolean, };

/**
 * One day of a provider.
 */
export type Day = { 
/**
 * `2026-08-21`
 */
date: string, 
/**
 * Percent of the day that it was up, cut.
 */
up: number, 
/**
 * `down 40 min, 2 outages`; `null` for a clean day.
 */
text: string | null, };

/**
 * A page of a provider's own.
 */
export type ProviderPage = "website" | "statusPage";

/**
 * Who could run a file, and what keeps the others away. Advice: who fits may still not bid.
 */
export type Eligibility = { 
/**
 * More is being found out.
 */
busy: boolean, 
/**
 * What such a file usually costs a month; `null` where that is not known.
 */
usual: string | null, 
/**
 * A limit a month for *Deploy for me* that usual prices keep; `null` where that is not known.
 */
limit: string | null, 
/**
 * By group, in order of gseq.
 */
groups: Array<GroupEligibility>, };

/**
 * Who could run one group.
 */
export type GroupEligibility = { 
/**
 * Group number.
 */
gseq: number, 
/**
 * Placement name, where the file has several.
 */
name: string | null, 
/**
 * How many providers fit.
 */
fits: number, 
/**
 * `41 of 61 providers could run this`; `0 of 61 providers: none has an rtx4090 in us-west`.
 */
text: string, 
/**
 * Where those that fit are: `us-west` and how many, most first.
 */
places: Array<Place>, 
/**
 * What keeps others away, what excludes most first, and what to ask instead.
 */
relaxed: Array<Relaxed>, 
/**
 * What else is to be known: the ceiling against what is usual, a trial's limits.
 */
notes: Array<string>, };

/**
 * A region and how many fit there.
 */
export type Place = { 
/**
 * The region's key, as files ask for it.
 */
area: string, 
/**
 * Providers that fit.
 */
fits: number, };

/**
 * A requirement, and what asking less of it would give.
 */
export type Relaxed = { 
/**
 * What `relax_again` takes.
 */
id: string, 
/**
 * What the file asks: `Region us-west`.
 */
asks: string, 
/**
 * The change, for a button: `Any region`.
 */
label: string, 
/**
 * How many providers fit then; `null` where that can't be counted (a price).
 */
fits: number | null, 
/**
 * A sentence where the count alone does not say it: what is usual, what is lost.
 */
about: string | null, 
/**
 * The change of the file on the check screen; `null` for one that was asked already.
 */
fix: Fix | null, };

/**
 * A service of a running deployment.
 */
export type Running = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its image; `null` where no SDL is known.
 */
image: string | null, 
/**
 * Ready copies; `null` when the provider did not say.
 */
ready: number | null, 
/**
 * Copies asked for; `null` when not known.
 */
total: number | null, 
/**
 * GPUs that were found in it: `1 × NVIDIA GeForce RTX 4090, 24 GB`.
 */
gpus: Array<string>, 
/**
 * What was found is not what the provider offered, in words.
 */
gpuDiffers: string | null, 
/**
 * `port 80 → the internet`.
 */
ports: Array<string>, };

/**
 * Money of one deployment. What is not spent returns to the credit, not to a card.
 */
export type Money = { 
/**
 * What was set aside in all, USD; `null` when not known.
 */
setAside: string | null, 
/**
 * What is left of it now.
 */
left: string | null, 
/**
 * What was spent until now.
 */
spent: string | null, 
/**
 * What of it was not set aside from here: the Console adds by itself; `null` where that is nothing.
 */
added: string | null, 
/**
 * It is closed once it has spent so much in all; `null` where it is not.
 */
ceiling: string | null, 
/**
 * It stops by itself; `null` where it does not.
 */
stop: Stop | null, 
/**
 * What the Console does once it runs, in words; `null` when it is over.
 */
ahead: string | null, 
/**
 * Whether the Console adds credit by itself; `null` when not known or not ours to ask.
 */
autoFunding: boolean | null, 
/**
 * How prices are counted, in words.
 */
basis: string, };

/**
 * A provider that runs a part.
 */
export type ProviderCard = { 
/**
 * Group number it runs.
 */
gseq: number, 
/**
 * Organization or host.
 */
name: string, 
/**
 * Host name.
 */
host: string, 
/**
 * Where.
 */
region: string | null, 
/**
 * Percent over 7 days.
 */
uptime: string | null, 
/**
 * What its lease costs.
 */
price: Price | null, };

/**
 * A number or address for *Details*.
 */
export type Fact = { 
/**
 * What it is.
 */
label: string, 
/**
 * Its value, copyable.
 */
value: string, };

/**
 * How a deployment ended.
 */
export type Receipt = { 
/**
 * `5 d 3 h`; `null` when nothing ran.
 */
ran: string | null, 
/**
 * Exact, from the settled escrow, USD; `null` while it is not read back.
 */
spent: string | null, 
/**
 * What came back to the credit, USD.
 */
returned: string | null, 
/**
 * The amount returned is approximate: the Console also adds credit by itself.
 */
about: boolean, 
/**
 * The Console knows it no more: what it spent and what came back can't be read, now or later.
 */
unknown: boolean, 
/**
 * When it closed.
 */
closed: string | null, 
/**
 * Why: `You closed it`, `The provider ended the lease`.
 */
why: string, };

/**
 * What can be done now. A button exists only where its flag is set.
 */
export type Can = { 
/**
 * `start`: take bids.
 */
start: boolean, 
/**
 * `close`.
 */
close: boolean, 
/**
 * Closing ends something that runs: ask first.
 */
closeAsks: boolean, 
/**
 * `add_funds`.
 */
addFunds: boolean, 
/**
 * `set_auto_funding`.
 */
autoFunding: boolean, 
/**
 * `set_ceiling`.
 */
ceiling: boolean, 
/**
 * `set_stop`.
 */
stop: boolean, 
/**
 * `resend`: send the manifest again.
 */
resend: boolean, 
/**
 * `ask_again`: close what holds money, and ask for prices with the same file.
 */
askAgain: boolean, 
/**
 * `relax_again`: the same with a requirement relaxed, see [`Open::why`].
 */
relax: boolean, 
/**
 * `take_over`: treat as made here.
 */
takeOver: boolean, 
/**
 * `again`: its SDL is known, deploy it again.
 */
again: boolean, 
/**
 * `forget`: remove the record from this computer.
 */
forget: boolean, 
/**
 * `open_web_console`: the official web Console has a page for it.
 */
webConsole: boolean, };

/**
 * A record of the history.
 */
export type Past = { 
/**
 * What commands take.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * How it ended.
 */
state: State, 
/**
 * Who ran it.
 */
provider: string | null, 
/**
 * The receipt.
 */
receipt: Receipt | null, 
/**
 * Whether it can be deployed again.
 */
again: boolean, };
