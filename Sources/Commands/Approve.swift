// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Pipeline
import Records
import Settings
import Values

/// `vimwatch approve`: an operator's word on a hold.
struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let the held deletions of one VIM account through, once.",
        discussion: """
            A hold keeps VMs that went missing all at once from being reported as deleted. An approval names the VMs
            held at this moment; each of them is still proven to be gone before its record says so. The running service
            takes it up in its next cycle. It expires after deletion.approval_ttl.

            EXAMPLES
              vimwatch approve openstackETSI1
              vimwatch approve 5d3c2f0a-6f6b-4c59-9d6e-0b6a0c1f7e11 --database-uri mongodb://localhost:27017
            """
    )

    @Argument(help: "Id or name of the VIM account.") var account: String
    @OptionGroup var flags: SettingsFlags

    func run() async throws {
        let settings = try flags.load()
        let logger = Log.start(settings.log, verbose: false)
        do {
            let application = try await Application.make(settings, logger: logger)
            let outcome = await approve(in: application)
            await application.close()
            try outcome.get()
        } catch let code as ExitCode {
            throw code
        } catch {
            Terminal.complain("error: \(error)")
            throw ExitCode(Ending.couldNotRun)
        }
    }

    private func approve(in application: Application) async -> Result<Void, any Error> {
        do {
            let known = try await application.store.accounts().compactMap { try? $0.get() }
            let ids = known.ids { $0["_id"]?.string == account } ?? known.ids { $0["name"]?.string == account } ?? []
            guard let id = ids.first, ids.count == 1 else {
                Terminal.complain(
                    ids.isEmpty
                        ? "error: no VIM account has the id or name \"\(account)\""
                        : "error: several VIM accounts have this name; give one's id: \(ids.joined(separator: ", "))"
                )
                return .failure(ExitCode(Ending.couldNotRun))
            }
            let expires = Application.wallClock() + application.settings.deletion.approvalTTL.seconds
            let approved = try await HoldState.approve(account: id, until: expires, in: application.store)
            Terminal.write(
                approved.isEmpty
                    ? "nothing is held for VIM account \(id)"
                    : "approved until \(Date(timeIntervalSince1970: expires).formatted(.iso8601)):\n"
                        + approved.sorted().joined(separator: "\n")
            )
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}

extension [Object] {
    /// The ids of accounts; `nil` if there is none.
    fileprivate func ids(where isWanted: (Object) -> Bool) -> [String]? {
        let ids = filter(isWanted).compactMap { $0["_id"]?.string }
        return ids.isEmpty ? nil : ids
    }
}
