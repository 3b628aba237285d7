// SPDX-License-Identifier: Apache-2.0

package import BSON
package import Values

/// What comparing one VNF record with what one cloud showed of its VDUs amounts to.
package struct RecordComparison: Sendable {
    /// `nil` if nothing has to be written.
    package private(set) var update: RecordUpdate?
    package let findings: [Finding]
    /// One entry per observation, in their order.
    package private(set) var outcomes: [Outcome]

    package struct Outcome: Sendable {
        package let index: Int
        /// Nothing to write and nothing left unclear: while neither the record nor what the cloud shows changes, there
        /// is no need to look again.
        package fileprivate(set) var isClean: Bool
        package let server: ServerMemory
        package let ports: ByPort<PortMemory>
    }

    /// Compares a record with observations of its VDUs: pure, no I/O, no clock.
    ///
    /// - Parameters:
    ///   - document: the VNF record, with or without the fields that the monitor neither reads nor writes.
    ///   - isChecked: whether it was checked before (`Fields`).
    ///   - observations: in the order of their tasks, each VDU at most once.
    ///   - paths: of the VIM account that they are from.
    ///   - makesLines: whether what the log says of the update is made beforehand (`VDUChange`).
    package init(
        _ document: SharedBytes, isChecked: Bool = false, observations: [VDUObservation], paths: RecordPaths,
        rules: Rules, makesLines: Bool = false
    ) throws(BSONError) {
        var result = RecordComparison(nil, [], [])
        try document.lent { (bytes) throws(BSONError) in
            let record = try isChecked ? Fields(checked: bytes) : Fields(validating: bytes)
            result = Self.compare(record, in: document, with: observations, paths, rules, makesLines)
        }
        // What was compared referred to what was seen.
        withExtendedLifetime(observations) {}
        self = result
    }

    private init(_ update: consuming RecordUpdate?, _ findings: [Finding], _ outcomes: consuming [Outcome]) {
        self.findings = findings
        self.outcomes = outcomes
        // An address of the VNF that still has to be written keeps all of its VDUs in sight.
        if update != nil { for number in outcomes.indices { self.outcomes[number].isClean = false } }
        self.update = update
    }

    private static func compare(
        _ record: Fields, in document: SharedBytes, with observations: [VDUObservation], _ paths: RecordPaths,
        _ rules: Rules, _ makesLines: Bool
    ) -> RecordComparison {
        var findings: [Finding] = []
        var outcomes: [Outcome] = []
        var updates = UpdateBuilder(record: record, in: document, paths: paths, rules: rules, makesLines: makesLines)

        let vnfrID = record.id("_id") ?? ResourceID("")
        for observation in observations {
            let address = RecordAddress(vnfrID: vnfrID, index: observation.index, account: paths.account)
            guard let vdu = Fields(record.element(observation.index, of: "vdur")),
                var comparison = VDUComparison(of: vdu, at: address, in: paths.vimKey, rules: rules)
            else {
                findings.append(
                    Finding(.recordMissing, "\(address)", "the record has no such VDU or no vim_info of this account"))
                outcomes.append(Outcome(index: observation.index, isClean: false))
                continue
            }
            guard comparison.mayConclude(from: observation) else {
                outcomes.append(Outcome(index: observation.index, isClean: false))
                continue
            }
            comparison.compare(with: observation)
            findings += comparison.findings
            outcomes.append(Outcome(index: observation.index, comparison))
            updates.add(comparison, of: observation)
        }
        let update = updates.finish()
        return RecordComparison(update, findings + updates.findings, outcomes)
    }

    /// Takes the update out.
    package mutating func takeUpdate() -> RecordUpdate? { update.take() }
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

    fileprivate init(index: Int, _ comparison: VDUComparison) {
        self.init(
            index: index, isClean: comparison.isComplete && comparison.isExact,
            server: comparison.serverMemory, ports: comparison.portMemory
        )
    }
}
