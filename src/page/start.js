// start - the page for this API, and for no other: nothing comes from the query.
const ui = SwaggerUIBundle({
	url: "openapi.json",
	dom_id: "#ui",
	queryConfigEnabled: false,
	validatorUrl: null,
	persistAuthorization: false,
	docExpansion: "list",
	defaultModelsExpandDepth: -1,
	displayRequestDuration: true,
	tryItOutEnabled: true,
	onComplete: () => {
		document.title = ui.specSelectors.info().get("title") + " API";
	},
});

// Each form of the dialog takes the focus when it opens, the last one keeps it:
// whoever types there has typed into the wrong one.
new MutationObserver(() => {
	const dialog = document.querySelector(".dialog-ux .modal-ux-content");

	if (dialog === null || dialog.dataset.seen)
		return;
	dialog.dataset.seen = "yes";
	dialog.querySelector("input:not([type=checkbox])")?.focus();
	dialog.scrollTop = 0;
}).observe(document.body, { childList: true, subtree: true });

// Enter logs in, as people expect.
document.addEventListener("keydown", (event) => {
	const form = event.target.closest?.(".auth-container");

	if (event.key === "Enter" && form !== null && form !== undefined &&
	    event.target.matches("#oauth_username, #oauth_password")) {
		event.preventDefault();
		form.querySelector("button.authorize")?.click();
	}
});

// The tutorial's client, which has no secret.
ui.initOAuth({ clientId: "tutorial" });
