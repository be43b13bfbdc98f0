// SPDX-License-Identifier: Apache-2.0
public import CallModel
import Essentials

/// What the listener is to be like.
public struct WebSettings: Sendable {
    public var host: String
    /// 0: any free port, told to `onListening`.
    public var port: Int
    /// Connections beyond are left waiting in the system's backlog until others end.
    public var connectionsMax = 16_384
    /// Total time for the head, the body and the writing of a response.
    public var headerDeadline: Duration = .seconds(10)
    public var bodyDeadline: Duration = .seconds(15)
    public var responseDeadline: Duration = .seconds(30)
    /// How long a connection may wait for its next request.
    public var idleDeadline: Duration = .seconds(75)
    /// By name of the configured source; others share the default.
    public var hookLimits: [String: HookLimits] = [:]
    /// Pages open this many live feeds at most.
    public var subscribersMax = 256
    public var heartbeat: Duration = .seconds(15)
    /// The language of a page for somebody who has chosen none.
    public var language: Language = .en

    public init(host: String = "127.0.0.1", port: Int = 8480) {
        self.host = host
        self.port = port
    }
}
