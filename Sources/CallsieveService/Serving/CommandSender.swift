// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import HTTPTransfer
internal import Logging
internal import PBX
internal import Synchronization

/// Sends call-time commands to PBXs that are steered by one (Mango): at once, in time, or not at all.
final class CommandSender: Sendable {
    private let http: any HTTPClient
    private let logger: Logger
    private let underWay = Atomic(0)

    /// Commands on their way at a time; a call beyond is let through by the PBX itself.
    private static let commandsMax = 64

    init(http: any HTTPClient, logger: Logger) {
        self.http = http
        self.logger = logger
    }

    /// Returns at once. A command that can't be answered within its time is given up, never sent after the moment.
    func send(_ command: CommandRequest) {
        let started = Deadline.after(command.within)
        guard underWay.add(1, ordering: .relaxed).newValue <= Self.commandsMax else {
            underWay.subtract(1, ordering: .relaxed)
            return logger.warning("command to the PBX dropped: too many under way", metadata: ["command": "\(command.id)"])
        }
        // Unstructured: the webhook that caused it is answered before; it ends by its own deadline.
        Task {
            await transfer(command, started)
            underWay.subtract(1, ordering: .relaxed)
        }
    }

    private func transfer(_ command: CommandRequest, _ deadline: Deadline) async {
        guard !deadline.hasPassed else {
            return logger.warning("command to the PBX dropped: it would come too late", metadata: ["command": "\(command.id)"])
        }
        let headers = command.headers.map { TransferHeader($0.name, $0.value) }
        let request = TransferRequest(method: command.method, url: command.url, headers: headers, body: command.body)
        let result = await http.send(request, deadline: deadline)
        switch result {
        case .response(let response) where (200..<300).contains(response.status):
            logger.debug("command to the PBX sent", metadata: ["command": "\(command.id)"])
        case .response(let response):
            logger.warning("the PBX refused a command", metadata: ["command": "\(command.id)", "status": "\(response.status)"])
        case .failedBeforeSend(let failure), .unknown(let failure):
            logger.warning("a command to the PBX failed", metadata: ["command": "\(command.id)", "failure": "\(failure)"])
        }
    }
}
