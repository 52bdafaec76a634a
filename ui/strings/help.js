// Help.
export const help = {
  title: "Help",
  words: "What the words mean",
  keys: "Shortcuts",
  stuck: "Something is wrong?",
  reportText:
    "A report describes the state of Aloft. It leaves out keys and the values in env, and you see it before you copy it.",
  report: "Show the report",
  reportTitle: "Report",
  people: "People who can help",
  peopleText: "Akash is run by a community. Say what you did, what happened, and add the report.",
  glossary: [
    [
      "SDL",
      "The file that describes what to run: which containers, how large they are, and who can reach them. It is often named deploy.yaml.",
    ],
    ["Deployment", "What you ask the cloud to run. Money is set aside for each one."],
    ["Provider", "A company or person whose machines run it. Audited providers were checked by a third party."],
    ["Bid", "A provider’s offer to run it at a price. Bids expire after about five minutes."],
    [
      "Lease",
      "The agreement with the provider you chose. Its rate is fixed. It is charged from its start until you stop the deployment.",
    ],
    ["Manifest", "What the provider needs to start your containers. Aloft sends it right after the lease starts."],
    ["Credit", "Your account’s money in the Console."],
    [
      "Set aside",
      "The part of your credit that one deployment may use. What isn’t spent returns to your credit, not to a card.",
    ],
    ["Spent", "What has been paid to the provider so far."],
    ["Placement", "What a part of the file requires of its provider, such as a region. Each placement needs one bid."],
  ],
  shortcuts: [
    ["mod O", "Open a file"],
    ["mod N", "New deployment"],
    ["mod R", "Refresh"],
    ["mod ,", "Settings"],
    ["mod 1 … 9", "First to ninth deployment"],
    ["F1", "Help"],
    ["Esc", "Close the open dialog"],
    ["mod F", "Search in the file"],
    ["mod Z", "Undo in the file"],
  ],
  then: "Paste text anywhere outside a field to check it as a file.",
};
