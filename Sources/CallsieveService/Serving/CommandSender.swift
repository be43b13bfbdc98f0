// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import HTTPTransfer
public import Intake
public import Logging
internal import PBX
public import ServiceLifecycle
internal import Store
internal import Synchronization

/// The fast lane: sends the commands by which some PBXs are steered (Mango, Telnyx) at once, in time, or not at all.
///
/// A command was owed in the transaction that decided it. It is claimed on record before it is sent, so that no crash sends it twice; what
/// can't be claimed before its deadline is dropped and said to be. Of several for one call each waits for the one before it.
public final class CommandSender: Service {
    private let http: any HTTPClient
    private let attached = Mutex<HookIntake?>(nil)
    private let time: any TimeSource
    private let logger: Logger
    private let underWay = Atomic(0)

    /// Calls steered at one time; the PBX itself lets a call beyond through.
    static let callsMax = 64

    public init(http: any HTTPClient, time: any TimeSource, logger: Logger) {
        self.http = http
        self.time = time
        self.logger = logger
    }

    /// Where commands are on record. The two know each other, so that one is told of the other after both are made.
    public func attach(_ intake: HookIntake) { attached.withLock { $0 = intake } }

    private var intake: HookIntake? { attached.withLock { $0 } }

    /// Takes up what an ended process still owes in time, and puts the rest on record.
    public func run() async throws {
        for command in await intake?.commandsLeftOpen() ?? [] { await send(chain: [command]) }
        try? await gracefulShutdown()
    }

    /// Returns at once.
    public func send(_ commands: [OwedCommand]) {
        // Unstructured: the webhook that caused it is answered before; it ends by the deadline of its last command.
        Task { await send(chain: commands) }
    }

    /// Sends one call's commands; returns when the last of them is over.
    public func send(chain: [OwedCommand]) async {
        guard let intake else { return }
        defer { underWay.subtract(1, ordering: .relaxed) }
        var problem = underWay.add(1, ordering: .relaxed).newValue > Self.callsMax ? "too many calls were being steered" : nil
        for command in chain {
            if let problem {
                await drop(command, problem, intake)
            } else if await !send(command, intake) {
                problem = "the command before it was not carried out"
            }
        }
    }

    private func drop(_ command: OwedCommand, _ reason: String, _ intake: HookIntake) async {
        logger.warning("A command to the PBX was dropped", metadata: ["command": "\(command.record.commandID)", "reason": "\(reason)"])
        await intake.drop(command, reason)
    }

    /// - Returns: whether the PBX took it.
    private func send(_ command: OwedCommand, _ intake: HookIntake) async -> Bool {
        let left = command.record.deadline - time.now()
        guard left > .zero, await intake.claim(command) else {
            await drop(command, "it would have come too late", intake)
            return false
        }
        let request = command.request
        let result = await http.send(
            TransferRequest(
                method: request.method, url: request.url, headers: request.headers.map { TransferHeader($0.name, $0.value) }, body: request.body),
            deadline: .after(left))
        switch result {
        case .response(let response) where (200..<300).contains(response.status):
            await intake.finish(command.record, .sent, status: response.status)
            return true
        case .response(let response):
            await failed(command, .refused, "the PBX answered \(response.status)", status: response.status, intake)
        case .failedBeforeSend(let failure): await failed(command, .failed, "\(failure)", intake)
        case .unknown(let failure): await failed(command, .unknown, "\(failure)", intake)
        }
        return false
    }

    private func failed(
        _ command: OwedCommand, _ state: CommandRecord.State, _ problem: String, status: Int? = nil, _ intake: HookIntake
    ) async {
        logger.warning(
            "A command to the PBX was not carried out",
            metadata: ["command": "\(command.record.commandID)", "state": "\(state.rawValue)", "problem": "\(problem)"])
        await intake.finish(command.record, state, status: status, problem: problem)
    }
}
