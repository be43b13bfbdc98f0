// SPDX-License-Identifier: Apache-2.0
import Essentials
import Logging
import SQLEngine
public import Store

// A command is owed in the transaction that decided it. Whoever sends it reports here how it ended; what did not reach the PBX in time
// is taken back from the call, so that a caller who was let through after all gets his lead.
extension HookIntake {
    /// Takes a command for sending, on record before anything leaves.
    /// - Returns: false when its time is over or another took it: it must not be sent.
    public func claim(_ command: OwedCommand) async -> Bool {
        let now = time.now(), id = command.record.id
        return (try? await store.write(.callTimeAnswer, deadline: .after(.seconds(2))) { try $0.claim(id, now: now) }) ?? false
    }

    /// A command that will not be sent any more.
    public func drop(_ command: OwedCommand, _ reason: String) async { await finish(command.record, .dropped, problem: reason) }

    /// How a command ended that was sent, or that could not be.
    public func finish(_ record: CommandRecord, _ state: CommandRecord.State, status: Int? = nil, problem: String? = nil) async {
        let now = time.now(), parts = parts
        do {
            try await store.write(.completion) { tx in
                guard try tx.finish(record.id, state, status: status, problem: problem, now: now) else { return }
                var object = "command \(record.commandID)"
                // Whether an unknown one was carried out only the PBX's own events will tell.
                if state != .sent, state != .unknown, let call = try record.call.flatMap({ try tx.call($0) }) {
                    object = try Self.disobey(call.source, call.pbxCallID, tx, parts, now: now)
                }
                try tx.audit(
                    AuditEntry(actor: "service", action: "call.command", object: object, outcome: state.rawValue, reason: problem ?? ""))
            }
        } catch {
            logger.error("The end of a command could not be put on record", metadata: ["command": "\(record.commandID)", "error": "\(error)"])
        }
    }

    /// What an ended process owed: those that were waiting and are still in time; all others are put on record as dropped, or as unknown
    /// where their sending had begun. To be called once at start.
    public func commandsLeftOpen() async -> [OwedCommand] {
        var inTime: [OwedCommand] = []
        for record in (try? await store.read({ try $0.openCommands() })) ?? [] {
            if record.state == .sending {
                await finish(record, .unknown, problem: "the service ended while it was being sent; it is not repeated")
            } else if record.deadline > time.now(), let command = OwedCommand(record) {
                inTime.append(command)
            } else {
                await finish(record, .dropped, problem: "the service was stopped until its time was over")
            }
        }
        return inTime
    }
}
