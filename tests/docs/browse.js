// browse - what a person does at /docs, in a real browser: log in, call, log out.
// Prints a line a step.
//
//	node browse.js URL SCREENSHOT	POSTERN_USER, POSTERN_PASSWORD in the
//					environment
const { chromium } = require("playwright-core");

const [url, screenshot] = process.argv.slice(2);
const strange = [];

function watch(page) {
	const origin = new URL(url).origin;

	page.on("pageerror", (e) => strange.push(`error: ${e.message}`));
	page.on("console", (m) => {
		// A browser says so of each refusal, and one is asked for.
		const refusal = m.location().url.endsWith("/secure-data") &&
		    m.text().includes("status of 401");
		if (["error", "warning"].includes(m.type()) && !refusal)
			strange.push(`console: ${m.text()}`);
	});
	page.on("request", (r) => {
		if (!r.url().startsWith("data:") &&
		    new URL(r.url()).origin !== origin)
			strange.push(`request: ${r.url()}`);
	});
	page.on("requestfailed", (r) => strange.push(`failed: ${r.url()}`));
}

async function logIn(page) {
	await page.click(".auth-wrapper button.authorize");
	// As a person does who sees the dialog for the first time.
	await page.waitForSelector("#oauth_username:focus");
	await page.keyboard.type(process.env.POSTERN_USER);
	await page.keyboard.press("Tab");
	await page.keyboard.type(process.env.POSTERN_PASSWORD);
	await page.screenshot({ path: screenshot.replace(".", "-form.") });
	await page.keyboard.press("Enter");
	await page.waitForSelector(".auth-container >> text=authorized");
	await page.screenshot({ path: screenshot.replace(".", "-login.") });
	await page.click(".auth-container button.btn-done");
}

async function logOut(page) {
	await page.click(".auth-wrapper button.authorize");
	await page.click(".auth-container button:has-text('Logout')");
	await page.waitForSelector("#oauth_username");
	await page.click(".auth-container button.btn-done >> nth=0");
}

async function execute(page, operation) {
	const answered = page.waitForResponse((r) => r.url().endsWith("/secure-data"));

	await page.click(`${operation} button.execute`);
	await answered;
	await page.waitForSelector(`${operation} .live-responses-table .response-col_status`);
	return page.$eval(`${operation} .live-responses-table .response`,
	    (row) => row.querySelector(".response-col_status").innerText.trim().slice(0, 3) +
		" " + (row.querySelector(".highlight-code code") || {}).textContent);
}

async function main() {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--no-proxy-server",
		    "--ignore-certificate-errors"],
	});
	const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
	const operation = "[id$='-get_secure_data']";

	page.setDefaultTimeout(20000);
	watch(page);
	await page.goto(`${url}/docs?url=https://evil.example/openapi.json&configUrl=https://evil.example/`);
	await page.waitForSelector(operation);
	console.log(`open: ${await page.title()}`);
	await logIn(page);
	console.log("logged in");
	await page.click(`${operation} .opblock-summary-control`);
	console.log(`with a token: ${JSON.stringify(await execute(page, operation))}`);
	await page.screenshot({ path: screenshot });
	await logOut(page);
	console.log("logged out");
	await page.click(`${operation} button.btn-clear`);
	console.log(`without: ${JSON.stringify(await execute(page, operation))}`);
	console.log(`strange: ${strange.join("; ") || "nothing"}`);
	await browser.close();
}

main().catch((e) => {
	console.error(e.message);
	process.exit(1);
});
