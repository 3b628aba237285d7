// SPDX-License-Identifier: Apache-2.0

import Simulator
import Testing
import Values

/// Follows the next links of a listing to its end.
func all(
    _ client: RawClient, _ path: String, _ name: String, _ token: String
) async throws -> [Value] {
    var path: String? = path
    var objects: [Value] = []
    var visited: Set<String> = []
    while let current = path {
        guard visited.insert(current).inserted else { break }
        let page = try await client.send(current, headers: [("X-Auth-Token", token)])
        #expect(page.status == 200 && page.length == page.body.count)
        let body = try page.json()
        objects += body[name]?.array ?? []
        path = link("next", body, name, client)
    }
    return objects
}

/// The path of a link of a page, without the origin that the client knows.
func link(_ rel: String, _ body: Value, _ name: String, _ client: RawClient) -> String? {
    let href = body["\(name)_links"]?.array?.first { $0["rel"]?.string == rel }?["href"]?.string
    return href.map { href in
        let origin = "http://127.0.0.1:\(client.port)"
        #expect(href.hasPrefix(origin))
        return String(href.dropFirst(origin.count))
    }
}

@Suite struct PagingTests {
    @Test(arguments: [1, 2, 7, 20, 21, 1000]) func pagesAreTheWholeList(limit: Int) async throws {
        let cloud = SimulatedCloud.generate(seed: 3, name: "p", servers: 20, foreignPorts: 2)
        try await withServer(cloud) { server, client in
            let token = try await client.token(cloud)
            let servers = try await all(client, "/v/p/compute/v2.1/servers/detail?limit=\(limit)", "servers", token)
            #expect(Value.same(servers, cloud.servers))
            let ports = try await all(client, "/v/p/network/v2.0/ports?limit=\(limit)", "ports", token)
            #expect(Value.same(ports, cloud.ports))
            let own = try await all(
                client, "/v/p/network/v2.0/ports?project_id=\(cloud.projectID)&limit=\(limit)", "ports", token)
            #expect(Value.same(own, cloud.ports.filter { $0["project_id"]?.string == cloud.projectID }))
            let flavors = try await all(client, "/v/p/compute/v2.1/flavors?limit=\(limit)", "flavors", token)
            #expect(Value.array(flavors).ids == Value.array(cloud.flavors).ids)
            #expect(server.counters.statuses[200] == server.counters.total() - 1)
        }
    }

    /// What was seen of a real Nova: the largest page is the service's, and a full page has a next link though
    /// nothing may follow.
    @Test func novaClampsAndLinksFullPages() async throws {
        var settings = CloudSettings()
        settings.novaMaxLimit = 5
        let cloud = SimulatedCloud.generate(seed: 3, name: "n", servers: 10, settings: settings)
        let path = "/v/n/compute/v2.1/servers/detail"
        try await withServer(cloud) { _, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            for query in ["", "?limit=1000", "?limit=5"] {
                let page = try await client.send(path + query, headers: token).json()
                let last = try #require(page["servers"]?.array?.last?["id"]?.string)
                #expect(page["servers"]?.array?.count == 5)
                #expect(
                    link("next", page, "servers", client)
                        == "\(path)?\(query.dropFirst())\(query.isEmpty ? "" : "&")marker=\(last)")
            }
            let end = Value.array(cloud.servers).ids[9]
            let beyond = try await client.send("\(path)?marker=\(end)", headers: token)
            #expect(try beyond.json().isIdentical(to: ["servers": []]))
            #expect(try await client.send("\(path)?limit=0", headers: token).json().isIdentical(to: ["servers": []]))
            let unknown = try await client.send("\(path)?marker=nobody", headers: token)
            #expect(unknown.status == 400)
            #expect(try unknown.json()["badRequest"]?["message"]?.string == "marker [nobody] not found")
            #expect(try await client.send("\(path)?limit=-1", headers: token).status == 400)
        }
    }

    @Test func neutronPagesOnlyWhenAsked() async throws {
        let cloud = SimulatedCloud.generate(seed: 4, name: "q", servers: 5)
        let ids = Value.array(cloud.ports).ids
        try await withServer(cloud) { _, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            let path = "/v/q/network/v2.0/ports"
            let whole = try await client.send(path, headers: token).json()
            #expect(whole["ports"]?.ids == ids && whole["ports_links"] == nil)
            let page = try await client.send("\(path)?limit=4&marker=\(ids[3])", headers: token).json()
            #expect(page["ports"]?.ids == Array(ids[4..<8]))
            #expect(link("next", page, "ports", client) == "\(path)?limit=4&marker=\(ids[7])")
            let escaped = ids[3].split(separator: "-").joined(separator: "%2D")
            let again = try await client.send("\(path)?limit=4&marker=\(escaped)", headers: token).json()
            #expect(again["ports"]?.ids == page["ports"]?.ids)
            let previous = "\(path)?limit=4&marker=\(ids[4])&page_reverse=True"
            #expect(link("previous", page, "ports", client) == previous)
            #expect(try await client.send(previous, headers: token).json()["ports"]?.ids == Array(ids[..<4]))
            let short = try await client.send("\(path)?limit=4&marker=\(ids[7])", headers: token).json()
            #expect(short["ports"]?.ids == Array(ids[8...]))
            #expect(link("next", short, "ports", client) == nil && link("previous", short, "ports", client) != nil)
            let gone = try await client.send("\(path)?limit=4&marker=nobody", headers: token)
            #expect(gone.status == 404)
            #expect(try gone.json()["NeutronError"]?["type"]?.string == "PortNotFound")
            #expect(try await client.send("\(path)?limit=banana", headers: token).status == 400)
            #expect(try await client.send("\(path)?foo=bar", headers: token).status == 400)
            let two = try await client.send("\(path)?id=\(ids[1])&id=\(ids[4])&fields=id", headers: token).json()
            #expect(two["ports"]?.ids == [ids[1], ids[4]])
        }
    }

    @Test func neutronHasAMaximumOfItsOwn() async throws {
        var settings = CloudSettings()
        settings.neutronMaxLimit = 3
        let cloud = SimulatedCloud.generate(seed: 4, name: "q", servers: 5, settings: settings)
        try await withServer(cloud) { server, client in
            let token = try await client.token(cloud)
            let ports = try await all(client, "/v/q/network/v2.0/ports", "ports", token)
            #expect(Value.same(ports, cloud.ports))
            #expect(server.counters.requests(.ports) == 4)
        }
    }

    @Test func changesBetweenPages() async throws {
        let cloud = SimulatedCloud.generate(seed: 5, name: "c", servers: 9)
        let ids = Value.array(cloud.servers).ids
        try await withServer(cloud) { _, client in
            let token = [("X-Auth-Token", try await client.token(cloud))]
            let path = "/v/c/compute/v2.1/servers/detail?limit=3"
            #expect(try await client.send(path, headers: token).json()["servers"]?.ids == Array(ids[..<3]))
            // Nova goes on from a marker that is being deleted; new servers and deletions elsewhere move nothing.
            try cloud.apply(Change(.delete, ids[2]))
            try cloud.apply(Change(.boot, "new"))
            try cloud.apply(Change(.delete, ids[0]))
            let next = try await client.send("\(path)&marker=\(ids[2])", headers: token).json()
            #expect(next["servers"]?.ids == Array(ids[3..<6]))
            let first = try await client.send(path, headers: token).json()["servers"]
            #expect(first?.ids.dropFirst().elementsEqual([ids[1], ids[3]]) == true)
            #expect(first?[0]?["name"]?.string == "new")
        }
    }
}
