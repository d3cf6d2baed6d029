"""serve - run app on a port of its own, which goes to the file PORTFILE."""
import os
import socket
import sys

import uvicorn

# asyncio sets TCP_NODELAY on sockets that say they are TCP's alone.
sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
sock.bind(("127.0.0.1", 0))
sock.listen(64)
with open(sys.argv[1] + ".new", "w", encoding="ascii") as out:
    out.write(str(sock.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
uvicorn.Server(uvicorn.Config("app:app", log_level="error")).run(sockets=[sock])
