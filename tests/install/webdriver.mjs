// As much of a WebDriver client as a trial needs: elements are found by what a person reads on them.

/** Tries until `probe` answers; fails with `what` after `seconds`. */
export async function until(what, seconds, probe) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function call(base, method, path, body) {
  const response = await fetch(base + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(90_000),
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`);
  return value;
}

/** A session with the program `binary`, which the driver at `port` of this computer starts. */
export async function open(port, binary, args) {
  const base = `http://127.0.0.1:${port}`;
  await until("the driver", 20, () => call(base, "GET", "/status").catch(() => undefined));
  const wanted = { "webkitgtk:browserOptions": { binary, args } };
  const { sessionId } = await call(base, "POST", "/session", { capabilities: { alwaysMatch: wanted } });
  return new Session(`${base}/session/${sessionId}`);
}

export class Session {
  constructor(base) {
    this.base = base;
  }

  script(text, ...args) {
    return call(this.base, "POST", "/execute/sync", { script: text, args });
  }

  /** All that the page says. */
  text() {
    return this.script("return document.body?.innerText ?? ''");
  }

  /** Waits until the page says `text`. */
  async reads(text, seconds = 60) {
    try {
      await until(`“${text}”`, seconds, async () => (await this.text().catch(() => "")).includes(text));
    } catch (error) {
      throw new Error(`${error.message}; the page says: ${await this.text().catch(String)}`);
    }
  }

  /** The button that can be pressed and whose text begins with `text`. */
  button(text) {
    return this.script(
      `return [...document.querySelectorAll("button, a[role=button]")].find((one) =>
         one.innerText.trim().startsWith(arguments[0]) && !one.disabled && one.ariaDisabled !== "true" && one.checkVisibility()) ?? null`,
      text,
    );
  }

  /** Clicks with the driver's pointer. A button that moves away meanwhile is looked for again. */
  async press(text, seconds = 60) {
    await until(`the button “${text}”`, seconds, async () => {
      const button = await this.button(text).catch(() => null);
      if (!button) return false;
      const [id] = Object.values(button);
      return call(this.base, "POST", `/element/${id}/click`, {}).then(
        () => true,
        () => false,
      );
    });
  }

  /** A picture of the page, PNG as base64. */
  picture() {
    return call(this.base, "GET", "/screenshot");
  }

  end() {
    return call(this.base, "DELETE", "");
  }
}
