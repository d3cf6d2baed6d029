#!/usr/bin/python3 -I
"""check - what Postern's /secure-data does, as a CGI script in Python."""
import hashlib
import json
import os
import re
import sqlite3
import sys
import time


def answer(status, body, *headers):
    print("Status: " + status, "Content-Type: application/json", *headers,
          "", json.dumps(body, separators=(",", ":")), sep="\r\n", end="")
    sys.exit()


given = re.fullmatch(r"(?i:bearer) +([A-Za-z0-9._~+/-]+=*)",
                     os.environ.get("HTTP_AUTHORIZATION", ""))
if given is None:
    answer("401 Unauthorized", {"detail": "Not authenticated"},
           "WWW-Authenticate: Bearer")
digest = hashlib.blake2b(given[1].encode(), digest_size=32).digest()
row = sqlite3.connect(os.environ["LEDGER"]).execute(
    "SELECT users.name FROM tokens JOIN users ON users.id = tokens.user"
    " WHERE digest = ? AND expires > ? AND disabled = 0",
    (digest, int(time.time()))).fetchone()
if row is None:
    answer("401 Unauthorized",
           {"detail": "Invalid authentication credentials"},
           "WWW-Authenticate: Bearer")
answer("200 OK", {"data": "This is protected data", "user": row[0]},
       "Cache-Control: no-store")
