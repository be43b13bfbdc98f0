// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import Logging

/// What the web server is connected to.
public struct WebParts: Sendable {
    public var hooks: any HookReceiver
    public var outcomes: any OutcomeReceiver
    public var backend: any ConsoleBackend
    public var delivery: any DeliveryBackend
    public var rules: any RuleBackend
    public var access: Access
    /// `nil` when the service can take calls; else why not, in a sentence without data of callers.
    public var isReady: @Sendable () async -> String?
    public var metrics: Metrics
    public var mounts: [Mount]
    public var time: any TimeSource
    public var logger: Logger
    /// Told the port once connections are accepted.
    public var onListening: @Sendable (Int) async -> Void

    public init(
        hooks: any HookReceiver, outcomes: any OutcomeReceiver, backend: any ConsoleBackend, delivery: any DeliveryBackend,
        rules: any RuleBackend, access: Access,
        isReady: @escaping @Sendable () async -> String?, metrics: Metrics = Metrics(), mounts: [Mount] = [], time: any TimeSource,
        logger: Logger, onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.hooks = hooks
        self.outcomes = outcomes
        self.backend = backend
        self.delivery = delivery
        self.rules = rules
        self.access = access
        self.isReady = isReady
        self.metrics = metrics
        self.mounts = mounts
        self.time = time
        self.logger = logger
        self.onListening = onListening
    }
}
