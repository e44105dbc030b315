"""Looks at the page of `rejoin::inspect` with a real browser, while the clinic leaks: `.ci/inspect`.

Speaks to chromedriver as the W3C recommendation WebDriver says, with Python's own library alone.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

PATIENCE = 30
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


def until(what, ask):
    """The first true value of `ask`, within the time that a busy machine may need."""
    begun = time.monotonic()
    while True:
        seen = ask()
        if seen:
            return seen
        if time.monotonic() - begun > PATIENCE:
            raise AssertionError(f"not within {PATIENCE} s: {what}; seen: {seen!r}")
        time.sleep(0.1)


class Browser:
    def __init__(self, driver, folder, width, height):
        self.driver = driver
        options = {"args": [*FLAGS, f"--user-data-dir={folder}", f"--window-size={width},{height}"]}
        if shutil.which("chromium"):
            options["binary"] = shutil.which("chromium")
        # A phone is narrower than the smallest window.
        if width < 500:
            options["mobileEmulation"] = {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 1}}
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        answer = self._send("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = "/session/" + answer["sessionId"]

    def _send(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.driver + path, data, {"content-type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def open(self, url):
        self._send("POST", self.session + "/url", {"url": url})

    def run(self, script, *arguments):
        return self._send("POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def element(self, selector):
        found = self._send("POST", self.session + "/element", {"using": "css selector", "value": selector})
        return self.session + "/element/" + next(iter(found.values()))

    def click(self, selector):
        self._send("POST", self.element(selector) + "/click", {})

    def type(self, selector, text):
        element = self.element(selector)
        self._send("POST", element + "/clear", {})
        self._send("POST", element + "/value", {"text": text})

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", selector)

    def complaints(self):
        return self._send("POST", self.session + "/se/log", {"type": "browser"})

    def close(self):
        self._send("DELETE", self.session)


def view(browser, name, caption):
    """Goes to a view; its rows, when it is shown."""
    browser.click(f"a[href='#{name}']")
    until(caption, lambda: any(caption in text for text in browser.texts("#view caption")))
    return browser.texts("#view tbody tr")


def look(browser, url):
    browser.open(url)

    rows = until("the tree is shown", lambda: browser.texts("#view li"))
    assert rows[0].startswith("root at examples/clinic/main.rs"), rows[0]
    assert any("heartbeat" in row for row in rows), rows
    assert not any("inspect/server.rs" in row for row in rows), "the page's own work is left out"
    browser.click("#own")
    until("the page's own work, when asked for", lambda: any("inspect/server.rs" in row for row in browser.texts("#view li")))
    browser.click("#own")

    # A task that was cancelled and lives is marked, by more than a colour.
    marked = until("the task that lingers is marked", lambda: browser.texts("#view li.cancelled"))
    assert len(marked) == 1 and "“index”" in marked[0] and "CANCELLED" in marked[0], marked
    colour = browser.run("return getComputedStyle(document.querySelector('#view li.cancelled .why')).color")
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    assert red > green and red > blue, colour
    assert browser.texts("#cancelled") == ["1"]

    # The search leaves what matches, and what it stands in.
    browser.type("#search", "heartbeat beats.tick")
    found = until("the search filters", lambda: (lambda seen: seen if len(seen) < len(rows) else None)(
        browser.texts("#view li:not(.around)")))
    assert all("heartbeat" in row for row in found) and found, found
    assert browser.texts("#view li.around")[0].startswith("root"), "the way to it is shown"
    browser.type("#search", "no such task")
    until("nothing matches", lambda: browser.texts("#view") == ["Nothing matches."])
    browser.run("const box = document.getElementById('search'); box.value = ''; box.oninput();")
    browser.click("#only-cancelled")
    until("the cancelled alone", lambda: len(browser.texts("#view li:not(.around)")) == 1)
    browser.click("#only-cancelled")

    view(browser, "places", "by the place")
    # The place that leaks comes to the top as it grows.
    until("the place that leaks is first", lambda: any(
        "leak.rs" in row and "wait_for_receipt" in row for row in browser.texts("#view tbody tr")[:1]))

    waiting = view(browser, "waiting", "the longest first")
    assert any("self.0.recv().await" in row for row in waiting[:3]), waiting

    # Both leaks, and nothing else, grow.
    view(browser, "growth", "Since")
    grown = until("the leaks grow", lambda: (lambda seen: seen if len(seen) == 2 else None)(
        browser.texts("#view tr.grows")))
    assert any("wait_for_receipt" in row and "leak.rs" in row for row in grown), grown
    assert any("tasks started around rejoin" in row for row in grown), grown
    browser.click("#again")
    until("it counts anew", lambda: any("+" in row for row in browser.texts("#view .change")))

    browser.click("#pause")
    # One answer may be on its way.
    time.sleep(0.5)
    before = browser.texts("#taken")
    time.sleep(3)
    assert browser.texts("#taken") == before, "a page that pauses does not ask"
    browser.click("#pause")
    until("it goes on", lambda: browser.texts("#taken") != before)

    wide = browser.run("return [document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"nothing is cut off at the side: {wide}"
    unnamed = browser.run(
        "return [...document.querySelectorAll('input, button, a')].filter(e => "
        "!(e.innerText.trim() || e.getAttribute('aria-label') || e.closest('label'))).map(e => e.outerHTML)")
    assert not unnamed, f"everything that can be used has a name: {unnamed}"
    asked = browser.run("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert asked and all(address == url + "/tasks.json" for address in asked), asked
    assert not browser.complaints(), "the browser has nothing to complain of"


def main():
    clinic_path, driver_path = sys.argv[1:]
    environment = {**os.environ, "CLINIC_ADDR": "127.0.0.1:0", "CLINIC_TASKS_ADDR": "127.0.0.1:0"}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        clinic = subprocess.Popen([clinic_path, "--leak"], env=environment, stdout=subprocess.PIPE, text=True)
        driver = subprocess.Popen([driver_path, "--port=0"], stdout=subprocess.PIPE, text=True)
        try:
            url = next(line for line in clinic.stdout if line.startswith("all tasks: ")).split()[-1]
            ports = (re.search(r"started successfully on port (\d+)", line) for line in driver.stdout)
            port = next(port[1] for port in ports if port)
            # A pipe that is full would hold up who writes into it.
            for pipe in (clinic.stdout, driver.stdout):
                threading.Thread(target=pipe.read, daemon=True).start()
            for name, width, height in [("desktop", 1280, 900), ("phone", 390, 844)]:
                browser = Browser(f"http://127.0.0.1:{port}", os.path.join(folder, name), width, height)
                try:
                    look(browser, url)
                finally:
                    browser.close()
                print(f"{name}: the page shows what leaks")
        finally:
            # The clinic has a task that nothing can stop.
            clinic.kill()
            driver.terminate()
            clinic.wait()
            driver.wait()


main()
