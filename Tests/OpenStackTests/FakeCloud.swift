// SPDX-License-Identifier: Apache-2.0

import Curl
import JSON
import OpenStack
import Support
import TestHTTP
import Values

/// Keystone, Nova and Neutron on one port, played from a script: what a test does not set answers like a cloud that
/// holds nothing.
final class FakeCloud: Sendable {
    typealias Route = @Sendable (TestRequest) -> TestReply

    private final class Script: Sendable {
        let routes = Locked<[String: Route]>([:])
        let tokens = Locked(0)
        let clock = Locked(1_800_000_000.0)
        let lifetime = Locked(3600.0)
    }

    let server: TestServer
    let loop: CurlLoop
    private let script = Script()

    init() throws {
        loop = try CurlLoop()
        server = try TestServer { [script] request in
            let route = script.routes.withLock { $0["\(request.method) \(request.path)"] }
            return route?(request) ?? Self.standard(request, script)
        }
    }

    /// Answers to a method and a path, such as "GET /compute/servers/detail".
    func on(_ key: String, _ route: @escaping Route) { script.routes.withLock { $0[key] = route } }

    func route(_ key: String) -> Route? { script.routes.withLock { $0[key] } }

    /// Answers in this order, the last one again and again.
    func on(_ key: String, _ replies: [TestReply]) {
        let next = Locked(0)
        on(key) { _ in
            let index = next.withLock { index in
                defer { index += 1 }
                return index
            }
            return replies[min(index, replies.count - 1)]
        }
    }

    /// Seconds since 1970.
    var now: @Sendable () -> Double { { [script] in script.clock.withLock { $0 } } }
    func advance(_ seconds: Double) { script.clock.withLock { $0 += seconds } }
    /// Seconds that tokens of the standard login live.
    func setTokenLifetime(_ seconds: Double) { script.lifetime.withLock { $0 = seconds } }

    var url: String { server.url }
    var targets: [String] { server.requests.map { "\($0.method) \($0.target)" } }
    var logins: Int { server.requests.count { $0.method == "POST" } }

    func account(_ change: (inout VIMAccount) -> Void = { _ in }) -> VIMAccount {
        var account = VIMAccount(
            id: "acc-1", name: "cloud", url: url + "/identity/v3", user: "myuser", password: Secret("pass\"word"),
            tenantName: "mytenant")
        change(&account)
        return account
    }

    func connect(
        _ change: (inout VIMAccount) -> Void = { _ in }, settings edit: (inout OpenStackSettings) -> Void = { _ in },
        now: (@Sendable () -> Double)? = nil
    ) throws -> OpenStackVIM {
        var settings = OpenStackSettings()
        settings.proxy = ""
        // What a test does not ask for must not happen because the machine is busy.
        settings.timeouts = HTTPRequest.Timeouts(connect: .seconds(600), stall: .seconds(600), whole: .seconds(600))
        edit(&settings)
        return try OpenStackVIM(account(change), loop: loop, settings: settings, now: now ?? self.now)
    }

    private static func standard(_ request: TestRequest, _ script: Script) -> TestReply {
        let base = "http://\(request.header("Host") ?? "")"
        switch "\(request.method) \(request.path)" {
        case "POST /identity/v3/auth/tokens":
            let number = script.tokens.withLock { number in
                number += 1
                return number
            }
            let now = script.clock.withLock { $0 }
            return token(
                "token-\(number)", catalogue: catalogue(base), issued: now,
                expires: now + script.lifetime.withLock { $0 })
        case "GET /compute/v2.1/servers/detail": return .text(200, #"{"servers": []}"#)
        case "GET /network/v2.0/ports": return .text(200, #"{"ports": []}"#)
        case "GET /compute/v2.1/flavors": return .text(200, #"{"flavors": []}"#)
        default: return .text(404, #"{"message": "no route", "code": "404 Not Found", "title": "Not Found"}"#)
        }
    }

    static func token(
        _ id: String, project: String = "project-1", catalogue: Value, issued: Double, expires: Double
    ) -> TestReply {
        let body: Value = [
            "token": [
                "expires_at": .string(time(expires)), "issued_at": .string(time(issued)), "user": ["id": "user-1"],
                "project": ["id": .string(project)], "catalog": catalogue,
            ]
        ]
        return .body(201, JSON.serialize(body), headers: [("X-Subject-Token", id)])
    }

    static func catalogue(_ base: String) -> Value {
        [
            service("compute", base + "/compute/v2.1"), service("network", base + "/network"),
            service("image", base + "/image"),
        ]
    }

    static func service(_ type: String, _ url: String) -> Value {
        [
            "type": .string(type),
            "endpoints": [["interface": "public", "region": "R1", "region_id": "R1", "url": .string(url)]],
        ]
    }

    /// As Keystone writes it. Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
    static func time(_ seconds: Double) -> String {
        let days = Int(seconds) / 86_400 + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civil = (year: yearOfEra + era * 400 + (month >= 10 ? 1 : 0), month: month < 10 ? month + 3 : month - 9)
        let second = Int(seconds) % 86_400
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(civil.year)-\(two(civil.month))-\(two(day))T\(two(second / 3600)):\(two(second / 60 % 60)):"
            + "\(two(second % 60)).000000Z"
    }
}

/// Runs a test against a cloud and takes it down.
func withCloud(_ body: (FakeCloud) async throws -> Void) async throws {
    let cloud = try FakeCloud()
    do {
        try await body(cloud)
    } catch {
        cloud.server.stop()
        await cloud.loop.shutdown()
        throw error
    }
    cloud.server.stop()
    await cloud.loop.shutdown()
}

/// The error of something that must fail.
func vimError<Success>(_ body: () async throws(VIMError) -> Success) async throws -> VIMError {
    let success: Success
    do throws(VIMError) { success = try await body() } catch { return error }
    throw UnexpectedSuccess(value: "\(success)")
}

struct UnexpectedSuccess: Error { let value: String }

/// Keeps the ids of what is listed.
final class IDs: ListingReceiver {
    struct Refusal: Error {}

    struct Record {
        var ids: [String] = []
        var restarts = 0
    }

    let record = Locked(Record())
    private let limit: Int
    private let known: String?

    /// - Parameter known: the id of the only member of objects that need not be received.
    init(refusingAfter limit: Int = .max, knowing known: String? = nil) {
        self.limit = limit
        self.known = known
    }

    var all: [String] { record.withLock { $0.ids } }
    var restarts: Int { record.withLock { $0.restarts } }

    func restart() { record.withLock { $0 = Record(ids: [], restarts: $0.restarts + 1) } }

    func recognise(_ bytes: UnsafeRawBufferPointer) -> Recognition {
        guard let known else { return .unknown }
        let texts = [#"{"id": "\#(known)"}"#, #"{"id":"\#(known)"}"#]
        return texts.first { bytes.starts(with: $0.utf8) }.map { .known(length: $0.utf8.count, count: 1) } ?? .unknown
    }

    func receive(_ object: ListedObject) throws {
        let id = object.id.map { String(decoding: $0, as: UTF8.self) } ?? "?"
        let count = record.withLock {
            $0.ids.append(id)
            return $0.ids.count
        }
        if count > limit { throw Refusal() }
    }
}

/// A page of a listing.
func page(_ key: String, _ ids: [String], next: String? = nil) -> TestReply {
    var page: Object = [key: .array(ids.map { ["id": .string($0)] })]
    if let next {
        page[key + "_links"] = [["rel": "next", "href": .string(next)], ["rel": "previous", "href": "http://p/"]]
    }
    return .body(200, JSON.serialize(.object(page)))
}
