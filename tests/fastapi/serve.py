"""serve - serve app for each line of standard input, the holes in it, in place of
the one before; its port goes to the file PORTFILE.  What takes longest, to
import FastAPI, is done once."""
import os
import signal
import socket
import sys

import fastapi
import uvicorn

portfile = sys.argv[1]
child = 0


def end():
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


for line in sys.stdin:
    end()
    os.environ["HOLES"] = line.strip()
    # asyncio sets TCP_NODELAY on sockets that say they are TCP's alone.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.bind(("127.0.0.1", 0))
    sock.listen(64)
    child = os.fork()
    if child == 0:
        config = uvicorn.Config("app:app", log_level="error")
        uvicorn.Server(config).run(sockets=[sock])
        os._exit(0)
    with open(portfile + ".new", "w", encoding="ascii") as out:
        out.write(str(sock.getsockname()[1]))
    os.rename(portfile + ".new", portfile)
    sock.close()
end()
