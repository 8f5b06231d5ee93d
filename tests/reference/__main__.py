"""Write the reference pages and the clients' types that are made from the types: `make reference`."""

from tests.reference import bus_event, deployment, events, http_api, javascript_client, openapi, python_client

if __name__ == "__main__":
    for module in (bus_event, deployment, events, http_api, openapi, javascript_client, python_client):
        for path, text in module.PAGES.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text())
