# SPDX-License-Identifier: Apache-2.0
"""What the checks against a real OpenStack share: the cloud as its user sees it, and records as NG-RO leaves them."""
import copy
import datetime
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import yaml

ACCOUNT = "5d3c2f0a-6f6b-4c59-9d6e-0b6a0c1f7e11"
KEY = "vim:" + ACCOUNT


class Cloud:
    """The API as one user sees it, by pages."""

    def __init__(self):
        self.env = {k: os.environ[k] for k in ("OS_AUTH_URL", "OS_USERNAME", "OS_PASSWORD", "OS_PROJECT_NAME")}
        self.region = os.environ.get("OS_REGION_NAME", "RegionOne")
        self.log_in()
        self.flavors = {f["name"]: f["id"] for f in self.pages(self.catalogue["compute"] + "/flavors", "flavors")}

    def log_in(self):
        domain = {"name": os.environ.get("OS_USER_DOMAIN_NAME", "Default")}
        body = {"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": self.env["OS_USERNAME"], "password": self.env["OS_PASSWORD"], "domain": domain}}},
            "scope": {"project": {"name": self.env["OS_PROJECT_NAME"], "domain": domain}}}}
        request = urllib.request.Request(
            self.env["OS_AUTH_URL"] + "/auth/tokens", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as response:
            self.token = response.headers["X-Subject-Token"]
            token = json.load(response)["token"]
        self.project, self.user = token["project"]["id"], token["user"]["id"]
        times = [datetime.datetime.fromisoformat(token[name].replace("Z", "+00:00"))
                 for name in ("issued_at", "expires_at")]
        self.token_lifetime = (times[1] - times[0]).total_seconds()
        self.catalogue = {
            s["type"]: e["url"].rstrip("/") for s in token["catalog"] for e in s["endpoints"]
            if e["interface"] == "public" and e["region"] == self.region}

    def get(self, url):
        try:
            return self.ask(url)
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
            self.log_in()
            return self.ask(url)

    def ask(self, url):
        headers = {"X-Auth-Token": self.token, "X-OpenStack-Nova-API-Version": "2.60", "OpenStack-API-Version": "compute 2.60"}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return json.load(response)

    def change_password(self, new):
        """As the user's own request, which also revokes the user's tokens."""
        self.log_in()
        body = {"user": {"password": new, "original_password": self.env["OS_PASSWORD"]}}
        request = urllib.request.Request(
            f"{self.env['OS_AUTH_URL']}/users/{self.user}/password", json.dumps(body).encode(),
            {"Content-Type": "application/json", "X-Auth-Token": self.token})
        urllib.request.urlopen(request).close()
        self.env["OS_PASSWORD"] = new

    def application_credential(self):
        """A credential of this user for this project, by id and secret. It lasts for an hour."""
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        body = {"application_credential": {"name": f"vimwatch-check-{time.time()}", "expires_at": expires}}
        request = urllib.request.Request(
            f"{self.env['OS_AUTH_URL']}/users/{self.user}/application_credentials", json.dumps(body).encode(),
            {"Content-Type": "application/json", "X-Auth-Token": self.token})
        with urllib.request.urlopen(request) as response:
            made = json.load(response)["application_credential"]
        return {"application_credential_id": made["id"], "application_credential_secret": made["secret"]}

    def pages(self, url, key):
        found = []
        while url:
            page = self.get(url)
            found += page[key]
            url = next((l["href"] for l in page.get(key + "_links", []) if l["rel"] == "next"), None)
        return found

    def servers(self):
        return self.pages(self.catalogue["compute"] + "/servers/detail", "servers")

    def server(self, server_id):
        return self.get(f"{self.catalogue['compute']}/servers/{server_id}")["server"]

    def ports(self):
        return self.pages(f"{self.catalogue['network']}/v2.0/ports?project_id={self.project}", "ports")

    def ports_of(self, server_id):
        return [p for p in self.ports() if p["device_id"] == server_id]


def details(cloud, server):
    shown = {k: v for k, v in server.items() if k not in ("OS-EXT-SRV-ATTR:user_data", "user_data")}
    flavor = shown.get("flavor", {}).get("original_name")
    if flavor in cloud.flavors:
        shown["flavor"] = dict(shown["flavor"], id=cloud.flavors[flavor])
    return dump(shown)


def dump(value):
    return yaml.dump(copy.deepcopy(value), Dumper=yaml.SafeDumper, default_flow_style=True, width=256)


def seed(database, cloud, servers, credential):
    database.admin.insert_one({"_id": "version", "status": "ENABLED"})
    account = {"_id": ACCOUNT, "name": "real", "vim_type": "openstack", "vim_url": cloud.env["OS_AUTH_URL"],
               "schema_version": "1.0", "config": {"region_name": cloud.region, **credential}}
    if not credential:
        account.update(vim_user=cloud.env["OS_USERNAME"], vim_password=cloud.env["OS_PASSWORD"],
                       vim_tenant_name=cloud.env["OS_PROJECT_NAME"])
    database.vim_accounts.insert_one(account)
    ports = cloud.ports()
    for server in servers:
        seed_server(database, cloud, server, ports)


def seed_server(database, cloud, server, ports):
    """The record and the task of one server."""
    interfaces = []
    for number, port in enumerate(p for p in ports if p["device_id"] == server["id"]):
        management = {"mgmt_vnf_interface": True, "mgmt_vdu_interface": True} if number == 0 else {}
        interfaces.append({
            "vim_info": dump(port), "mac_address": port["mac_address"], "vim_net_id": port["network_id"],
            "vim_interface_id": port["id"], "compute_node": server.get("OS-EXT-SRV-ATTR:host") or None, "pci": None,
            "vlan": None, "ip_address": ";".join(a["ip_address"] for a in port["fixed_ips"]) or None, **management})
    first = interfaces[0]["ip_address"].split(";")[0] if interfaces else None
    info = {
        "vim_id": server["id"], "vim_name": server["name"], "vim_status": server["status"], "vim_message": None,
        "vim_details": details(cloud, server), "interfaces": interfaces, "interfaces_backup": copy.deepcopy(interfaces)}
    database.vnfrs.insert_one({
        "_id": server["id"], "id": server["id"], "ip-address": first, "vdur": [{
            "_id": "vdu-" + server["id"], "id": "vdu-" + server["id"], "status": server["status"], "name": server["name"],
            "vim-id": server["id"], "ip-address": first, "vim_info": {KEY: info},
            "interfaces": [
                {"ip-address": i["ip_address"], "mac-address": i["mac_address"], "name": f"eth{n}"}
                for n, i in enumerate(interfaces)]}]})
    database.ro_tasks.insert_one({
        "_id": "task-" + server["id"], "target_id": KEY, "created_at": 1.0, "vim_info": {"vim_id": server["id"]},
        "tasks": [{"status": "DONE", "item": "vdu", "action": "CREATE",
                   "target_record": f"vnfrs:{server['id']}:vdur.0.vim_info.{KEY}"}]})


def records(database):
    return {r["_id"]: r for r in database.vnfrs.find()}


def mutate(args, *action):
    print("reality: " + " ".join(action))
    subprocess.run([args.mutate, *action], check=True, stdout=subprocess.DEVNULL)


def expect(condition, what, seen):
    if not condition:
        sys.exit(f"FAILED: {what}; seen: {seen}")


def diff(left, right):
    return [k for k in left if left[k] != right.get(k)]
