// The description that the deployed API serves, shown by Swagger UI, which asks nobody else.

if (window.SwaggerUIBundle) {
  SwaggerUIBundle({
    dom_id: "#api",
    url: "/api/openapi.json",
    validatorUrl: null,
    deepLinking: true,
    docExpansion: "none",
    filter: true,
  });
}
