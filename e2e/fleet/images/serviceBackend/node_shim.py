"""What health checks and migrations call in an image of Node's: `node -e` with one fetch in it, and `npm run migration:run`."""

import os
import re
import sys
import urllib.request


def main(name, *words):
    """Ends with 0 where the fetched address answers with a status below 400, as the script asks for."""
    script = words[words.index("-e") + 1] if "-e" in words else ""
    address = re.search(r"fetch\('([^']+)'\)", script)
    if name == "node" and address:
        try:
            urllib.request.urlopen(address.group(1), timeout=3).close()
        except OSError as error:
            sys.exit(f"{address.group(1)}: {error}")
    elif name == "npm" and words == ("run", "migration:run"):
        os.execvp("python3", ["python3", "/usr/lib/fleet/backend_server.py", "--migrate"])
    else:
        sys.exit(f"stand-in for {name}: it does not know {' '.join(words)[:200]}")


main(*sys.argv[1:])
