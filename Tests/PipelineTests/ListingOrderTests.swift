// SPDX-License-Identifier: Apache-2.0

import JSON
import OpenStack
import TestSeeded
import Testing
import Values

@testable import Pipeline

/// A listing whose objects are recognised shows the same as one of which each object is looked into.
@Suite struct ListingOrderTests {
    private static let key = DigestKey(seed: 3)

    /// A resource as it was when a comparison found nothing to write.
    private struct Resource {
        let id: String
        let device: String
        let text: String
    }

    /// What a listing showed, and how many of its objects were looked into.
    private struct Shown: Equatable {
        var same: [Int] = []
        var fresh: [String] = []
        var lookedInto = 0
        var count = 0
    }

    @Test(arguments: [1, 7, 50, 4096]) func whatIsExpectedIsNotLookedInto(chunk: Int) throws {
        let servers = (0..<20).map { server($0) }
        let (first, order) = try listServers(servers.map(\.text), expecting: servers, ListingOrder())
        #expect(first.lookedInto == 20 && first.same == Array(0..<20) && first.count == 20)
        let (second, next) = try listServers(servers.map(\.text), expecting: servers, order, chunk: chunk)
        #expect(second.lookedInto == 0 && second.same == first.same && second.count == 20)
        #expect(try listServers(servers.map(\.text), expecting: servers, next).shown == second)
    }

    /// With the same expectations as before rows are noted, and then recognised as a whole: not when anything in one is
    /// another, however little of it.
    @Test(arguments: [40, 700, 4096]) func rowsAreNotTakenForOthers(chunk: Int) throws {
        let servers = (0..<20).map { server($0) }
        let expectations = expectations(servers: servers)
        var order = ListingOrder()
        func list(_ texts: [String]) throws -> Shown {
            let (shown, next) = try listServers(texts, expecting: servers, order, chunk: chunk, as: expectations)
            order = next
            return shown
        }
        for _ in 0..<4 { #expect(try list(servers.map(\.text)).same == Array(0..<20)) }
        let known = order
        for changed in 0..<20 {
            order = known
            var texts = servers.map(\.text)
            texts[changed] = server(changed, name: "name-X").text
            let shown = try list(texts)
            #expect(shown.lookedInto == 1 && shown.same == (0..<20).filter { $0 != changed } && shown.fresh.count == 1)
            #expect(try list(servers.map(\.text)).same == Array(0..<20))
        }
    }

    /// What changed, came or went is looked into, and the others are recognised all the same.
    @Test(
        arguments: [
            ("changed", 1), ("came", 1), ("went", 1), ("moved to the end", 2), ("as long, but different", 1),
            ("unwatched among them", 1), ("nothing expected of one", 1),
        ])
    func onlyWhatDiffersIsLookedInto(_ change: String, lookedInto: Int) throws {
        let servers = (0..<20).map { server($0) }
        let (_, order) = try listServers(servers.map(\.text), expecting: servers, ListingOrder())
        var (listed, expected): ([String], [Resource?]) = (servers.map(\.text), servers)
        switch change {
        case "changed": listed[7] = server(7, name: "renamed").text
        case "came": listed.insert(server(20).text, at: 7)
        case "went": listed.remove(at: 7)
        case "moved to the end": listed.append(listed.remove(at: 7))
        case "as long, but different": listed[7] = server(7, name: "name-X").text
        case "unwatched among them": listed.insert(#"{"id": "foreign"}"#, at: 7)
        default: expected[7] = nil
        }
        let (shown, _) = try listServers(listed, expecting: expected, order)
        #expect(shown.lookedInto == lookedInto)
        var plain = try listServers(listed, expecting: expected, ListingOrder()).shown
        plain.lookedInto = shown.lookedInto
        #expect(shown == plain)
    }

    /// Many are gone at once: the order is lost, and found again by the next listing.
    @Test func manyAreGone() throws {
        let servers = (0..<100).map { server($0) }
        let (_, order) = try listServers(servers.map(\.text), expecting: servers, ListingOrder())
        let left = servers.dropFirst(90).map(\.text)
        let (shown, next) = try listServers(left, expecting: servers, order)
        #expect(shown.lookedInto == 10 && shown.same == Array(90..<100))
        #expect(try listServers(left, expecting: servers, next).shown.lookedInto == 0)
    }

    /// An order of another table says nothing: its numbers are others', or those of nobody.
    @Test func theTableIsAnother() throws {
        let servers = (0..<20).map { server($0) }
        let (_, order) = try listServers(servers.map(\.text), expecting: servers, ListingOrder())
        let fewer = Array(servers.prefix(5))
        let (shown, _) = try listServers(servers.reversed().map(\.text), expecting: fewer, order)
        #expect(shown.same == Array(0..<5) && shown.count == 20)
    }

    /// Whatever was seen before a listing began anew does not count.
    @Test func aRestartForgets() throws {
        let servers = (0..<4).map { server($0) }
        let (_, order) = try listServers(servers.map(\.text), expecting: servers, ListingOrder())
        let listed = [servers[2].text, server(3, name: "renamed").text]
        let (shown, _) = try listServers(listed, expecting: servers, order, before: servers.map(\.text))
        #expect(shown.same == [2] && shown.fresh.count == 1 && shown.fresh[0].contains("renamed"))
        let ports = (0..<4).map { port($0) }
        let (_, portOrder) = try listPorts(ports.map(\.text), expecting: ports, ListingOrder())
        let (shownPorts, _) = try listPorts([ports[1].text], expecting: ports, portOrder, before: ports.map(\.text))
        #expect(shownPorts.same == [1])
    }

    /// Listings at random, in chunks and pages of any length, some of them begun anew. Between two of them objects go,
    /// come, change, move, are repeated; ports change their device.
    @Test func theOrderOnlySavesWork() throws {
        var random = Seeded()
        for _ in 0..<100 {
            let watched = (0..<12).map { server($0) }
            let ports = (0..<12).map { port($0) }
            var (serverOrder, portOrder) = (ListingOrder(), ListingOrder())
            var (servers, listedPorts) = (watched.map(\.text), ports.map(\.text))
            var (expected, expectedPorts): ([Resource?], [Resource?]) = (watched, ports)
            var expectations = expectations(servers: expected, ports: expectedPorts)
            for _ in 0..<8 {
                if random.chance(50) {
                    expected = watched.map { random.number(0...9) == 0 ? nil : $0 }
                    expectedPorts = ports.map { random.number(0...9) == 0 ? nil : $0 }
                    expectations = self.expectations(servers: expected, ports: expectedPorts)
                }
                let chunk = random.number(1...300)
                let before = random.chance(20) ? Array(servers.prefix(random.number(0...servers.count))) : []
                let (shown, order) = try listServers(
                    servers, expecting: expected, serverOrder, chunk: chunk, before: before, as: expectations)
                var plain = try listServers(servers, expecting: expected, ListingOrder(), chunk: chunk).shown
                plain.lookedInto = shown.lookedInto
                #expect(shown == plain)
                let portsBefore = before.isEmpty ? [] : Array(listedPorts.suffix(5))
                let (shownPorts, next) = try listPorts(
                    listedPorts, expecting: expectedPorts, portOrder, chunk: chunk, before: portsBefore,
                    as: expectations)
                var plainPorts = try listPorts(listedPorts, expecting: expectedPorts, ListingOrder()).shown
                plainPorts.lookedInto = shownPorts.lookedInto
                #expect(shownPorts == plainPorts)
                (serverOrder, portOrder) = (order, next)
                change(&servers, &random) { server($0, name: $1).text }
                let shift = random.chance(30) ? random.number(1...13) : 0
                change(&listedPorts, &random) { port($0, name: $1, on: $0 + shift).text }
            }
        }
    }

    private func change(_ listed: inout [String], _ random: inout Seeded, make: (Int, String) -> String) {
        for _ in 0..<random.number(0...3) {
            let place = random.number(0...listed.count)
            switch random.number(0...4) {
            case 0 where place < listed.count: listed.remove(at: place)
            case 1 where place < listed.count: listed.append(listed.remove(at: place))
            case 2 where place < listed.count: listed.insert(listed[place], at: 0)
            default: listed.insert(make(random.number(0...13), random.pick(["name", "name-1", "name-2"])), at: place)
            }
        }
    }

    // MARK: Listings

    private func server(_ n: Int, name: String? = nil) -> Resource {
        Resource(
            id: "server-\(n)", device: "",
            text: #"{"id": "server-\#(n)", "name": "\#(name ?? "name-\(n % 10)")", "x": [{"id": "no"}, {}]}"#)
    }

    private func port(_ n: Int, name: String = "name", on server: Int? = nil) -> Resource {
        let device = "server-\(server ?? n)"
        return Resource(
            id: "port-\(n)", device: device,
            text: #"{"name": "\#(name)", "device_id": "\#(device)", "y": {}, "id": "port-\#(n)"}"#)
    }

    private func digest(_ text: String) -> Digest { Array(text.utf8).withUnsafeBytes { Self.key.digest($0) } }

    private func table(_ ids: some Sequence<String>) -> KeyTable {
        var table = KeyTable()
        for id in ids { _ = table.insert(ResourceKey(id)) }
        return table
    }

    private func expectations(servers: [Resource?] = [], ports: [Resource?] = []) -> Expectations {
        Expectations(
            servers: servers.map { $0.map { digest($0.text) } },
            ports: ports.map { port in
                port.map { PortListing.Clean(device: ResourceKey($0.device), digest: digest($0.text)) }
            }, isComplete: false)
    }

    private func listServers(
        _ objects: [String], expecting expected: [Resource?], _ order: ListingOrder, chunk: Int = .max,
        before: [String] = [], as expectations: Expectations? = nil
    ) throws -> (shown: Shown, order: ListingOrder) {
        let ids = expected.indices.map { "server-\($0)" }
        let listing = ServerListing(
            table(ids), expecting: expectations ?? self.expectations(servers: expected), in: order, digestKey: Self.key)
        var shown = try list(objects, listing, chunk: chunk, before: before)
        let sightings = listing.finish()
        for (number, id) in ids.enumerated() {
            if sightings.isSame(number) { shown.same.append(number) }
            if case .fresh(let text, let digest)? = sightings.seen(number) {
                let text = sightings.texts.lent(text) { String(decoding: $0, as: UTF8.self) }
                shown.fresh.append("\(id): \(text) \(digest)")
            }
        }
        return (shown, sightings.order)
    }

    private func listPorts(
        _ objects: [String], expecting expected: [Resource?], _ order: ListingOrder, chunk: Int = .max,
        before: [String] = [], as expectations: Expectations? = nil
    ) throws -> (shown: Shown, order: ListingOrder) {
        let ids = expected.indices.map { "port-\($0)" }
        let devices = expected.indices.map { "server-\($0)" }
        let listing = PortListing(
            table(ids), expecting: expectations ?? self.expectations(ports: expected), in: order,
            devices: table(devices), digestKey: Self.key)
        var shown = try list(objects, listing, chunk: chunk, before: before)
        let sightings = listing.finish()
        for number in ids.indices {
            if sightings.isSame(number) { shown.same.append(number) }
            for device in devices {
                switch sightings.port(number, on: ResourceKey(device)) {
                case .listed(.fresh(let text, let digest)):
                    let text = sightings.texts.lent(text) { String(decoding: $0, as: UTF8.self) }
                    shown.fresh.append("listed: \(text) \(digest)")
                case let other: shown.fresh.append("\(other)")
                }
            }
        }
        return (shown, sightings.order)
    }

    /// Gives a listing of two pages to a receiver, counting what it looks into.
    ///
    /// - Parameter before: what was listed before it began anew.
    private func list(
        _ objects: [String], _ receiver: some ListingReceiver, chunk: Int, before: [String]
    ) throws -> Shown {
        if !before.isEmpty {
            _ = try page(before, receiver, chunk: chunk)
            receiver.restart()
        }
        let middle = objects.count / 2
        let first = try page(Array(objects[..<middle]), receiver, chunk: chunk)
        let second = try page(Array(objects[middle...]), receiver, chunk: chunk)
        return Shown(lookedInto: first.lookedInto + second.lookedInto, count: first.count + second.count)
    }

    private func page(
        _ objects: [String], _ receiver: some ListingReceiver, chunk: Int
    ) throws -> (lookedInto: Int, count: Int) {
        var (lookedInto, splitter) = (0, ListingSplitter(key: "objects"))
        let page = Array(#"{"objects_links": [], "objects": [\#(objects.joined(separator: ", "))]}"#.utf8)
        for start in stride(from: 0, to: page.count, by: min(chunk, page.count)) {
            try Array(page[start...].prefix(chunk)).withUnsafeBytes { bytes in
                try splitter.consume(bytes, recognise: receiver.recognise) { object in
                    lookedInto += 1
                    try? receiver.receive(object)
                }
            }
        }
        let end = try splitter.finish { object in
            lookedInto += 1
            try? receiver.receive(object)
        }
        return (lookedInto, end.count)
    }
}
