"""app - FastAPI's security tutorial, written properly, and with holes.

HOLES in the environment names holes, with commas between, each of another route;
without it there is none.  TOKENS is
where the tokens come from: "good=...,limited=...,expired=...,revoked=...".
"""
import os
import secrets
from typing import Optional

from fastapi import (Depends, FastAPI, Header, HTTPException, Request,
                     Response, Security)
from fastapi.responses import JSONResponse
from fastapi.security import (APIKeyCookie, APIKeyHeader, APIKeyQuery,
                              HTTPAuthorizationCredentials, HTTPBasic,
                              HTTPBasicCredentials, HTTPBearer,
                              OAuth2PasswordBearer, OAuth2PasswordRequestForm,
                              SecurityScopes)

HOLES = set(os.environ.get("HOLES", "").split(","))
TOKENS = dict(pair.split("=", 1)
              for pair in os.environ.get("TOKENS", "good=securetoken").split(","))
LIVE = {TOKENS["good"]: ["me", "items"]}
if "limited" in TOKENS:
    LIVE[TOKENS["limited"]] = ["me"]
if "expired" in HOLES:
    LIVE[TOKENS["expired"]] = ["me", "items"]
if "revoked" in HOLES:
    LIVE[TOKENS["revoked"]] = ["me", "items"]

app = FastAPI()
oauth2 = OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "", "items": ""})
holed_oauth2 = OAuth2PasswordBearer(tokenUrl="token",
                                    scopes={"me": "", "items": ""},
                                    auto_error="no_auto_error" not in HOLES)
bearer = HTTPBearer()
api_key = APIKeyHeader(name="X-API-Key")
key_cookie = APIKeyCookie(name="session")
key_query = APIKeyQuery(name="api_key")
basic = HTTPBasic()


def refuse(code=401):
    return HTTPException(status_code=code, detail="Not authenticated",
                         headers={"WWW-Authenticate": "Bearer"})


def scopes_of(token):
    """The scopes of a live token, or None."""
    for live, scopes in LIVE.items():
        if secrets.compare_digest(live.encode(), token.encode()):
            return scopes
    return None


def loose_scopes_of(token):
    """The same, with a hole in it."""
    for live, scopes in LIVE.items():
        if "nocase" in HOLES and live.lower() == token.lower():
            return scopes
        if "prefix" in HOLES and token.startswith(live):
            return scopes
        if "part" in HOLES and token and token in live:
            return scopes
    if "empty" in HOLES and token == "":
        return ["me", "items"]
    if "null" in HOLES and token == "null":
        return ["me", "items"]
    if "default" in HOLES and token == "changeme":
        return ["me", "items"]
    return scopes_of(token)


def current(scopes: SecurityScopes, token: str = Depends(oauth2)):
    """Whose token is it, and may it?"""
    have = scopes_of(token)
    if have is None:
        raise refuse()
    if any(scope not in have for scope in scopes.scopes):
        raise refuse(403)
    return "demo"


def holed(scopes: SecurityScopes, request: Request,
          token: Optional[str] = Depends(holed_oauth2)):
    """What one route has in place of current when there is a hole."""
    if "no_auto_error" in HOLES and token is None:
        return "demo"
    if "no_check" in HOLES:
        return "demo"
    have = loose_scopes_of(token)
    if have is None:
        raise refuse()
    if "scope" not in HOLES and any(s not in have for s in scopes.scopes):
        raise refuse(403)
    return "demo"


HOLED = HOLES & {"no_auto_error", "no_check", "nocase", "prefix", "part",
                 "empty", "null", "default", "scope", "expired", "revoked"}
if HOLES & {"expired", "revoked"}:
    # The other routes know these tokens as dead.
    STRICT = {t: s for t, s in LIVE.items() if t not in (TOKENS["expired"], TOKENS["revoked"])}

    def scopes_of(token, strict=STRICT):  # noqa: F811
        return strict.get(token)

    def loose_scopes_of(token):  # noqa: F811
        return LIVE.get(token)


@app.get("/public")
def public():
    return {"message": "Anyone can see this"}


@app.post("/token")
def token(form: OAuth2PasswordRequestForm = Depends()):
    raise HTTPException(status_code=400, detail="Incorrect password")


@app.get("/secure-data")
def secure_data(user: str = Security(current)):
    return {"data": "This is protected data", "user": user}


@app.get("/users/me/")
def users_me(user: str = Security(current, scopes=["me"])):
    return {"username": user}


if "forgotten" in HOLES:
    @app.get("/users/me/items/")
    def users_me_items():
        return [{"item_id": "Foo", "owner": "demo"}]
else:
    @app.get("/users/me/items/")
    def users_me_items(
            user: str = Security(holed if HOLED else current,
                                 scopes=["items"])):
        return [{"item_id": "Foo", "owner": user}]


@app.get("/users/{user_id}")
def profile(user_id: str):
    """Open, and matches much of what is near /users/me/."""
    return {"user_id": user_id}


@app.get("/items/{item_id}")
def item(item_id: int, size: int, user: str = Security(current)):
    return {"item_id": item_id, "size": size, "owner": user}


@app.put("/items/{item_id}")
def put_item(item_id: int, user: str = Security(current)):
    return {"item_id": item_id}


@app.get("/bearer")
def by_bearer(request: Request,
              who: HTTPAuthorizationCredentials = Depends(bearer)):
    if scopes_of(who.credentials) is None:
        raise refuse()
    return {"by": "bearer"}


@app.get("/keyed")
def by_key(key: str = Depends(api_key)):
    if scopes_of(key) is None:
        raise refuse(403)
    return {"by": "key"}


@app.get("/cookie")
def by_cookie(key: str = Depends(key_cookie)):
    if scopes_of(key) is None:
        raise refuse(403)
    return {"by": "cookie"}


@app.get("/query")
def by_query(key: str = Depends(key_query)):
    if scopes_of(key) is None:
        raise refuse(403)
    return {"by": "query"}


@app.get("/basic")
def by_basic(who: HTTPBasicCredentials = Depends(basic)):
    if (who.username, who.password) != ("demo", "Passw0rd-of-demo"):
        raise refuse()
    return {"by": "basic"}


@app.get("/declared")
def by_parameter(x_token: str = Header()):
    """The tutorial's bigger application: no scheme in the document."""
    if scopes_of(x_token) is None:
        raise HTTPException(status_code=400, detail="X-Token header invalid")
    return {"by": "parameter"}


if "hidden" in HOLES:
    @app.get("/internal/report", include_in_schema=False)
    def report():
        return {"report": "all of it"}

if "head" in HOLES:
    @app.head("/secure-data")
    def head_secure_data():
        return Response()

if "head_hidden" in HOLES:
    @app.head("/secure-data", include_in_schema=False)
    def head_secure_data():
        return Response()

if "slash" in HOLES:
    @app.get("/secure-data/", include_in_schema=False)
    def slash_secure_data():
        return {"data": "This is protected data", "user": "demo"}

if "slash_shown" in HOLES:
    @app.get("/secure-data/")
    def slash_secure_data():
        return {"data": "This is protected data", "user": "demo"}

if "slash_scheme" in HOLES:
    @app.get("/secure-data/", include_in_schema=False)
    def slash_secure_data(token: str = Depends(oauth2)):
        return {"data": "This is protected data", "user": "demo"}

if "options" in HOLES:
    @app.options("/secure-data", include_in_schema=False)
    def options_secure_data():
        return {"data": "This is protected data", "user": "demo"}

if "post" in HOLES:
    @app.post("/secure-data", include_in_schema=False)
    def post_secure_data():
        return {"data": "This is protected data", "user": "demo"}

if "name" in HOLES:
    @app.get("/admin/users")
    def admin_users():
        return ["demo"]


GUARDED = ("/guarded", "/guarded2")


@app.get("/guarded", responses={401: {"description": "Not authenticated"}})
def guarded():
    """Guarded by the middleware below."""
    return {"by": "middleware"}


@app.middleware("http")
async def guard(request: Request, call_next):
    path = request.url.path
    if "raw_path" in HOLES:
        path = request.scope["raw_path"].decode().split("?")[0]
    allowed = path not in GUARDED
    header = request.headers.get("authorization", "")
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer" and scopes_of(value) is not None:
        allowed = True
    if "wrong_scheme" in HOLES and scopes_of(value) is not None:
        allowed = True
    if "no_scheme" in HOLES and header and scopes_of(header) is not None:
        allowed = True
    if "any_scheme" in HOLES and scheme.lower() == "basic":
        allowed = True
    if "in_query" in HOLES and scopes_of(
            request.query_params.get("access_token", "")) is not None:
        allowed = True
    if "proxy" in HOLES and request.headers.get("x-forwarded-for") == "127.0.0.1":
        allowed = True
    if "head_middleware" in HOLES and request.method == "HEAD":
        allowed = True
    if "doubled" in HOLES and len(request.headers.getlist("authorization")) > 1:
        allowed = True
    if not allowed:
        return JSONResponse({"detail": "Not authenticated"}, 401,
                            {"WWW-Authenticate": "Bearer"})
    if request.method == "HEAD" and path == "/guarded" and \
            "head_middleware" in HOLES:
        return Response()
    if "original" in HOLES:
        request.scope["path"] = request.headers.get("x-original-url", path)
    return await call_next(request)
