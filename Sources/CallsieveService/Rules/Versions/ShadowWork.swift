// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Essentials
public import Logging
internal import SQLEngine
internal import Screening
public import ServiceLifecycle
public import Store

/// Asks shadow versions about decisions that are already made and stored, and records what they say. It runs behind the decisions, so
/// that no shadow can slow an answer, move a lead or write an order; what it costs is bounded by the batch.
public struct ShadowWork: Service {
    private let library: RuleLibrary
    private let store: Store
    private let every: Duration
    private let logger: Logger

    /// Decisions that one set's shadow is asked about in one look.
    static let batch = 500

    public init(library: RuleLibrary, store: Store, every: Duration = .seconds(1), logger: Logger) {
        self.library = library
        self.store = store
        self.every = every
        self.logger = logger
    }

    /// Runs until the graceful stop.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: every)
                if !Task.isCancelled { await look() }
            }
        }
    }

    /// Asks every shadow about the next batch. Safe to repeat.
    /// - Returns: how many decisions were looked at.
    @discardableResult
    func look() async -> Int {
        var count = 0
        for (name, shadow) in library.shadows {
            do {
                count += try await look(name, shadow)
            } catch {
                logger.warning(
                    "what a shadow rule set says was not recorded; it is tried again", metadata: ["rules": "\(name)", "error": "\(error)"])
            }
        }
        return count
    }

    private func look(_ name: String, _ shadow: RuleLibrary.InForce) async throws -> Int {
        let decisions = try await store.read { store in
            guard let pointers = try store.rulePointers(of: name), pointers.shadow == shadow.version.id else { return [DecisionRecord]() }
            return try store.decisions(from: Cursor(pointers.shadowCursor), limit: Self.batch).items
        }
        guard let last = decisions.last else { return 0 }
        let records = decisions.filter { $0.ruleSet == name && !$0.erased && $0.overriddenBy == nil }.map { decision in
            let verdict = shadow.set.decide(decision.input)
            return ShadowRecord(
                version: shadow.version.id, decision: decision.id, verdict: verdict,
                differs: !Verdict.haveSameOutcome(decision.verdict, verdict))
        }
        _ = try await store.write(.housekeeping) { try $0.record(records, of: name, version: shadow.version.id, upTo: last.id) }
        return decisions.count
    }
}
