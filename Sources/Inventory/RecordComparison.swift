// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Values

/// What comparing one VNF record with what one cloud showed of its VDUs amounts to.
package struct RecordComparison: Sendable {
    /// `nil` if nothing has to be written.
    package let update: DraftedUpdate?
    package let findings: [Finding]

    /// Of one VDU.
    package struct Outcome: Sendable {
        package let index: Int
        /// Nothing to write and nothing left unclear: while neither the record nor what the cloud shows changes, there
        /// is no need to look again.
        package fileprivate(set) var isClean: Bool
        /// What is remembered of server and ports, if it is clean.
        package let server: ServerMemory
        package let ports: ByPort<PortMemory>
    }
}

/// Compares VNF records with what one account's cloud showed of their VDUs, one after the other: pure, no I/O, no clock.
package struct RecordComparer: ~Copyable {
    private let paths: RecordPaths
    private let rules: Rules
    private let memory = BSONIndexMemory()
    private var writer: ChangeWriter
    /// Of the last comparison: one entry per observation, in their order.
    package private(set) var outcomes: [RecordComparison.Outcome] = []
    /// What the next cycle may need of the ports of the VDU that is compared.
    private var ports: [ByPort<PortMemory>.Entry] = []

    package init(account: String, rules: Rules) {
        paths = RecordPaths(account: account)
        writer = ChangeWriter(account: account)
        self.rules = rules
    }

    /// The changes of the update for which the last comparison called: valid while the record and what was observed are.
    package var changes: ChangeList {
        _read { yield writer.list }
        _modify { yield &writer.list }
    }

    /// Compares a record with observations of its VDUs.
    ///
    /// - Parameters:
    ///   - document: the VNF record, with or without the fields that the monitor neither reads nor writes.
    ///   - isChecked: whether it was checked before (`Fields`).
    ///   - observations: in the order of their tasks, each VDU at most once.
    package mutating func compare(
        _ document: UnsafeRawBufferPointer, isChecked: Bool = false, with observations: [VDUObservation]
    ) throws(BSONError) -> RecordComparison {
        compare(try Fields(document, isChecked: isChecked, in: memory), with: observations)
    }

    private mutating func compare(_ record: Fields, with observations: [VDUObservation]) -> RecordComparison {
        var findings: [Finding] = []
        outcomes.removeAll(keepingCapacity: true)
        let id = record.id("_id")
        var updates = UpdateBuilder(record: record, id: id, paths: paths, rules: rules)
        writer.list.begin(record.element("_id"))

        let vnfrID = id ?? ResourceID("")
        for observation in observations {
            let address = RecordAddress(vnfrID: vnfrID, index: observation.index, account: paths.account)
            guard let vdu = record.fields(in: record.element(observation.index, of: "vdur")),
                var comparison = VDUComparison(of: vdu, at: address, in: paths.vimKey, rules: rules)
            else {
                findings.append(
                    Finding(.recordMissing, "\(address)", "the record has no such VDU or no vim_info of this account"))
                outcomes.append(RecordComparison.Outcome(index: observation.index, isClean: false))
                continue
            }
            guard comparison.mayConclude(from: observation) else {
                outcomes.append(RecordComparison.Outcome(index: observation.index, isClean: false))
                continue
            }
            comparison.compare(with: observation, remembering: &ports)
            // An array makes room even for nothing that is added to it.
            if !comparison.findings.isEmpty { findings += comparison.findings }
            outcomes.append(RecordComparison.Outcome(index: observation.index, comparison, ports))
            updates.add(comparison, of: observation, to: &writer)
        }
        let update = updates.finish(&writer)
        // An address of the VNF that still has to be written keeps all of its VDUs in sight.
        if update != nil { for number in outcomes.indices { outcomes[number].isClean = false } }
        if !updates.findings.isEmpty { findings += updates.findings }
        return RecordComparison(update: update, findings: findings)
    }
}

extension VDUComparison {
    /// Whether what was observed is news of this VDU.
    fileprivate func mayConclude(from observation: VDUObservation) -> Bool {
        // OSM is about to delete it: what is seen of it now is none. And the record may have been given to another server
        // since it was decided whom to look for.
        !recorded.says("DELETING", at: "status") && RecordedServer(in: recordedInfo).mayBe(observation.serverID)
    }
}

extension RecordComparison.Outcome {
    fileprivate init(index: Int, isClean: Bool) {
        self.init(index: index, isClean: isClean, server: ServerMemory(host: .null), ports: [:])
    }

    fileprivate init(index: Int, _ comparison: borrowing VDUComparison, _ ports: [ByPort<PortMemory>.Entry]) {
        guard comparison.isComplete, comparison.isExact else {
            self.init(index: index, isClean: false)
            return
        }
        self.init(index: index, isClean: true, server: comparison.serverMemory, ports: ByPort(ports[...]))
    }
}
