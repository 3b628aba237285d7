// SPDX-License-Identifier: Apache-2.0

import BSON
import Inventory
import Values

/// What OSM's tasks said when they were last read, and which VMs they name.
struct TaskBook: Sendable {
    fileprivate let digests: [Digest]
    let readings: [TaskReading]
    /// What is wrong with tasks.
    let findings: [Finding]
    /// By account, also of those that are none of ours.
    let lists: [String: WatchList]
    /// The accounts, in the order of their first task.
    let accounts: [String]

    init() { (digests, readings, findings, lists, accounts) = ([], [], [], [:], []) }

    fileprivate init(digests: [Digest], readings: [TaskReading], previous: TaskBook) {
        // What was read anew and says the same stays the object that the lists refer to.
        let readings = readings.enumerated().map { place, reading in
            previous.readings.indices.contains(place) ? reading.keeping(previous.readings[place]) : reading
        }
        self.digests = digests
        self.readings = readings
        findings = readings.compactMap { if case .failure(let finding)? = $0.task { finding } else { nil } }
        var accounts: [String] = []
        var elections: [String: OrderedElections] = [:]
        let pending = Dictionary(grouping: readings.lazy.flatMap(\.pending), by: \.vdu)
        for (position, task) in readings.lazy.compactMap(\.task).enumerated() {
            guard case .success(let task) = task else { continue }
            let changes = pending.isEmpty ? [] : pending[VDUAddress(task.record)] ?? []
            if elections[task.record.account] == nil { accounts.append(task.record.account) }
            elections[task.record.account, default: OrderedElections()].add(task, at: position, pending: changes)
        }
        self.accounts = accounts
        lists = elections.reduce(into: [:]) { lists, entry in
            let known = previous.lists[entry.key]
            lists[entry.key] =
                known.flatMap { $0.says(entry.value.list) ? $0 : nil } ?? WatchList(entry.value.list)
        }
    }
}

/// Reads the tasks once more. Tasks hardly ever change: as long as the documents are those of the last time, in their
/// order, nothing is made of them; afterwards each is remembered by the digest of its bytes.
struct TaskReader: Sendable {
    private let known: TaskBook
    private var same = 0
    private var changed: (digests: [Digest], readings: [TaskReading], places: [Digest: Int])?
    private var accounts: Set<String>

    init(_ known: TaskBook) {
        self.known = known
        accounts = Set(known.accounts)
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer, _ key: DigestKey) {
        let digest = key.digest(bytes)
        if changed == nil {
            if same < known.digests.count, known.digests[same] == digest {
                same += 1
                return
            }
            begin()
        }
        changed?.digests.append(digest)
        if let place = changed?.places[digest] {
            changed?.readings.append(known.readings[place])
        } else {
            changed?.readings.append(TaskReading(bytes: bytes, accounts: &accounts))
        }
    }

    /// - Parameter previous: what was known; its lists are taken over if they say the same.
    consuming func finish(replacing previous: TaskBook) -> TaskBook {
        if changed == nil, same == known.digests.count, !known.digests.isEmpty { return known }
        if changed == nil { begin() }
        return TaskBook(digests: changed?.digests ?? [], readings: changed?.readings ?? [], previous: previous)
    }

    private mutating func begin() {
        let places = Dictionary(known.digests.enumerated().map { ($1, $0) }) { first, _ in first }
        changed = (Array(known.digests.prefix(same)), Array(known.readings.prefix(same)), places)
    }
}

extension TaskReading {
    /// The same, with the task of another reading if that is equal.
    fileprivate func keeping(_ other: TaskReading) -> TaskReading {
        guard case .success(let task)? = task, case .success(let known)? = other.task, task == known else {
            return self
        }
        var reading = self
        reading.task = other.task
        return reading
    }
}

/// The elections of one account in the order of their first task.
private struct OrderedElections {
    private(set) var list: [TaskElection] = []
    private var positions: [RecordAddress: Int] = [:]

    mutating func add(_ task: VDUTask, at order: Int, pending: [PendingChange]) {
        let position = positions[task.record] ?? list.count
        if position == list.count {
            positions[task.record] = position
            list.append(TaskElection(of: task, position: order))
        }
        list[position].add(task, pending: pending)
    }
}

extension TaskReading {
    /// Reads a document as it came; one that is no BSON is a malformed task.
    fileprivate init(bytes: UnsafeRawBufferPointer, accounts: inout Set<String>) {
        do throws(BSONError) {
            self = try Fields.lent(bytes) { TaskReading(document: $0, accounts: &accounts) }
        } catch {
            self.init()
            task = .failure(Finding(.taskMalformed, "a document of ro_tasks", "\(error)"))
        }
    }
}
