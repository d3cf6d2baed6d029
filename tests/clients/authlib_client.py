# authlib_client - Authlib, as it is, against the running suite: discovery,
# tokens, refresh, introspection, revocation.  Prints one line per step.
import os
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

env = os.environ
url, client, secret = env["POSTERN_URL"], env["CLIENT_ID"], env["CLIENT_SECRET"]
where = get_well_known_url(url, external=True)
found = AuthorizationServerMetadata(requests.get(where).json())
# validate() wants a response type, and there is none yet.
found.validate_issuer()
found.validate_token_endpoint()
found.validate_grant_types_supported()
print("discovery", found["issuer"] == url, found["token_endpoint"] == url + "/token")

for method in ("client_secret_basic", "client_secret_post"):
    session = OAuth2Session(client, secret, scope="me", token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method)
    token = session.fetch_token(found["token_endpoint"], grant_type="client_credentials")
    print(method, session.get(url + "/secure-data").json()["user"])
    seen = session.introspect_token(found["introspection_endpoint"], token=token["access_token"])
    print("introspected", seen.json()["active"], seen.json()["client_id"], seen.json()["scope"])
    session.revoke_token(found["revocation_endpoint"], token=token["access_token"])
    seen = session.introspect_token(found["introspection_endpoint"], token=token["access_token"])
    print("revoked", seen.json())

session = OAuth2Session(client, secret)
token = session.fetch_token(found["token_endpoint"], grant_type="password",
    username=env["POSTERN_USER"], password=env["POSTERN_PASSWORD"])
print("password", session.get(url + "/secure-data").json()["user"])
session.refresh_token(found["token_endpoint"], refresh_token=token["refresh_token"])
print("refreshed", session.get(url + "/secure-data").status_code)
