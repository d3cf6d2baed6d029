# requests_client - requests-oauthlib, as it is, against the running suite.
# Prints one line per step; the environment says where and who.
import os
from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

env = os.environ
url, client, secret = env["POSTERN_URL"], env["CLIENT_ID"], env["CLIENT_SECRET"]
auth = HTTPBasicAuth(client, secret)

session = OAuth2Session(client=BackendApplicationClient(client_id=client, scope=["me"]))
session.fetch_token(url + "/token", auth=auth)
print("client_credentials", session.get(url + "/secure-data").json()["user"])
session = OAuth2Session(client=BackendApplicationClient(client_id=client))
session.fetch_token(url + "/token", client_secret=secret, include_client_id=True)
print("in the body", session.get(url + "/users/me").json()["username"])

session = OAuth2Session(client=LegacyApplicationClient(client_id=client))
token = session.fetch_token(url + "/token", username=env["POSTERN_USER"],
    password=env["POSTERN_PASSWORD"], auth=auth)
print("password", session.get(url + "/secure-data").json()["user"])
session.refresh_token(url + "/token", auth=auth)
print("refreshed", session.get(url + "/secure-data").status_code)
answer = session.post(url + "/revoke", auth=auth, data={"token": session.token["refresh_token"]},
    withhold_token=True)
print("revoked", answer.status_code, session.get(url + "/secure-data").status_code)
try:
    session.refresh_token(url + "/token", auth=auth)
    print("refreshed a dead one")
except OAuth2Error as error:
    print("refresh refused", error.error)

# The tutorial's public client, which sends its name and no secret.
session = OAuth2Session(client=LegacyApplicationClient(client_id="tutorial"))
session.fetch_token(url + "/token", username=env["POSTERN_USER"], password=env["POSTERN_PASSWORD"])
print("tutorial", session.get(url + "/secure-data").json()["user"])
session.refresh_token(url + "/token", client_id="tutorial")
print("tutorial refreshed", session.get(url + "/secure-data").status_code)
