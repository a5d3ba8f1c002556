"""Makes one account per role through the API and signs people in, for .ci/fuzz-api.

fuzz-people.py URL PASSWORD make          makes the accounts; prints the roles, one a line
fuzz-people.py URL PASSWORD token ROLE    prints an access token of that role
"""

import json
import sys
import time
import urllib.error
import urllib.request
import uuid

URL, PASSWORD, WHAT = sys.argv[1:4]
TOWN, GRID, VILLAGE = "500114119", "500114119201001", "500114119201"
FIRST = {"admin": "13800000001", "security_admin": "13800000002", "auditor": "13800000003"}
POSTS = {
    "grid_worker": GRID,
    "grid_leader": VILLAGE,
    "village_agent": VILLAGE,
    "mediator": TOWN,
    "dispatcher": TOWN,
    "station_officer": TOWN,
    "petition_officer": TOWN,
    "enforcement_officer": TOWN,
    "publicity_officer": TOWN,
    "approver": TOWN,
    "district_viewer": TOWN,
}
PHONES = {role: f"138000001{n:02}" for n, role in enumerate(POSTS)} | FIRST


def ask(method, path, body=None, token=None, version=None):
    request = urllib.request.Request(f"{URL}/api/v1{path}", method=method)
    # The same steps have the same keys in every run.
    request.add_header("Idempotency-Key", str(uuid.uuid5(uuid.NAMESPACE_URL, f"{method} {path} {json.dumps(body)}")))
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if version is not None:
        request.add_header("If-Match", f'"{version}"')
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    try:
        with urllib.request.urlopen(request, data) as answer:
            return json.loads(answer.read() or "null")
    except urllib.error.HTTPError as refused:
        sys.exit(f"{method} {path}: {refused.code} {refused.read().decode()}")


def sign_in(phone, password):
    device = {"kind": "office", "name": "示例电脑"}
    return ask("POST", "/auth/password", {"phone": phone, "password": password, "device": device})["access_token"]


def sign_in_resident():
    link = ask("POST", "/auth/wechat", {"code": "demo-login-o-home"}).get("link")
    body = {"link": link, "code": "demo-phone-13700000001"}
    return ask("POST", "/auth/wechat/phone", body)["access_token"]


def wait():
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{URL}/readyz").close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the server does not come up")


def make():
    admin, security = sign_in(FIRST["admin"], PASSWORD), sign_in(FIRST["security_admin"], PASSWORD)
    for role, area in POSTS.items():
        body = {"area": TOWN, "name": "示例人员", "phone": PHONES[role]}
        staff = ask("POST", "/staff", body, admin)
        path = f"/staff/{staff['id']}"
        first = PASSWORD + "-First"
        ask("POST", f"{path}/password", {"password": first}, admin, staff["version"])
        ask("POST", f"{path}/posts", {"role": role, "area": area}, security)
        ask("POST", "/auth/password/change", {"phone": PHONES[role], "password": first, "new_password": PASSWORD})
    print("\n".join(["anonymous", "resident", *PHONES]))


wait()
if WHAT == "make":
    make()
elif sys.argv[4] == "resident":
    print(sign_in_resident())
elif sys.argv[4] in PHONES:
    print(sign_in(PHONES[sys.argv[4]], PASSWORD))
elif sys.argv[4] != "anonymous":
    sys.exit(f"no such role: {sys.argv[4]}")
