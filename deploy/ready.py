"""Can this process serve? Ends with 0 when it says so itself; for the health check of a container."""

import http.client
import os
import sys

host = os.environ["SAMENKOMPAS_HOSTS"].split(",")[0]
connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
connection.request("GET", "/readyz", headers={"Host": host})
answer = connection.getresponse()
print(answer.read().decode())
sys.exit(answer.status != 200)
