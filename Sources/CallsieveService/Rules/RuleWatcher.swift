// SPDX-License-Identifier: Apache-2.0
public import ServiceLifecycle

/// Looks at the rule folders again and again, so that a saved file is live within two or three seconds.
public struct RuleWatcher: Service {
    private let library: RuleLibrary
    private let every: Duration

    /// - Parameter every: time between two looks; each costs one `stat` a file.
    public init(library: RuleLibrary, every: Duration = .seconds(1)) {
        self.library = library
        self.every = every
    }

    /// Runs until the graceful stop.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: every)
                if !Task.isCancelled { await library.refresh(settled: true) }
            }
        }
    }
}
