# SPDX-License-Identifier: Apache-2.0
"""A model of OSM's own monitor: not its code, but its steps at the speed of its libraries.

For each VM one `find_one` of the whole record, the server and each of its ports dumped as YAML by pure-Python PyYAML,
and, where something changed, up to three `update_many`: status and name, details, interfaces. Fetching and comparing are
left out. It runs on a sample, in a copy of the sample's records, and is scaled to all VMs.
"""

import json
import time
import urllib.request

from benchmark.machine import load, say

SAMPLE = 200


def measure(world, sample=SAMPLE):
    """CPU and wall seconds for all VMs, nothing and all changed; `None` where Python lacks what it needs."""
    try:
        import pymongo
        import yaml
    except ImportError as error:
        say(f"the model of the original is left out: {error}")
        return None
    servers, ports = listing(world, "vim-1")
    servers = servers[:sample]
    with pymongo.MongoClient(world.uri) as client:
        copy = client.osm.vnfrs_of_the_model
        copy.insert_many(list(client.osm.vnfrs.find({}).limit(len(servers))))
        ids = [document["_id"] for document in copy.find({}, {"_id": 1})]
        steps = Steps(copy, lambda value: yaml.dump(
            value, Dumper=yaml.SafeDumper, default_flow_style=True, width=256))
        factor = world.shape.watched / len(servers)
        result = {"sample": len(servers), "vms": world.shape.watched}
        for name, step in [("unchanged", steps.look), ("all_changed", steps.write)]:
            cpu, wall = time.process_time(), time.monotonic()
            for server, record in zip(servers, ids):
                step(server, ports.get(server["id"], []), record)
            result[name] = {"cpu": (time.process_time() - cpu) * factor, "wall": (time.monotonic() - wall) * factor}
        copy.drop()
    return {**result, "load": load()}


class Steps:
    """What is done for one VM."""

    def __init__(self, records, dump):
        self.records, self.dump = records, dump

    def look(self, server, ports, record):
        self.records.find_one({"_id": record})
        return self.dump(server), [self.dump(port) for port in ports]

    def write(self, server, ports, record):
        details, interfaces = self.look(server, ports, record)
        one = {"_id": record}
        self.records.update_many(one, {"$set": {"vdur.0.status": "MODEL", "vdur.0.name": server["name"] + "-model"}})
        self.records.update_many(one, {"$set": {"vdur.0.vim_info.model.vim_details": details}})
        self.records.update_many(one, {"$set": {"vdur.0.vim_info.model.interfaces": interfaces}})


def listing(world, cloud):
    """The first page of servers, and the ports by server."""
    login = {"auth": {"identity": {"methods": ["password"], "password": {"user": {
        "name": "osm", "password": "secret", "domain": {"id": "default"}}}},
        "scope": {"project": {"name": "osm", "domain": {"id": "default"}}}}}
    base = f"{world.url}/v/{cloud}"
    with urllib.request.urlopen(f"{base}/v3/auth/tokens", json.dumps(login).encode()) as answer:
        token = answer.headers["X-Subject-Token"]

    def get(path):
        headers = {"X-Auth-Token": token, "OpenStack-API-Version": "compute 2.60"}
        with urllib.request.urlopen(urllib.request.Request(base + path, headers=headers)) as answer:
            return json.load(answer)

    ports = {}
    for port in get("/network/v2.0/ports")["ports"]:
        ports.setdefault(port["device_id"], []).append(port)
    return get("/compute/v2.1/servers/detail")["servers"], ports
