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

// The tutorial's client, which has no secret.
ui.initOAuth({ clientId: "tutorial" });
