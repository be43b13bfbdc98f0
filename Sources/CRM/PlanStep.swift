// SPDX-License-Identifier: Apache-2.0
import WireFormats

/// One step of a plan: a remote effect with a name under which what it yields is kept.
public struct PlanStep: Sendable, Hashable {
    public var name: String
    /// The operation that makes the effect.
    public var operation: String
    /// A look-up before it: what it finds is adopted and the operation is not sent.
    public var first: String?
    /// Ids of earlier steps or orders that must be known.
    public var needs: [String]
    /// All must hold, otherwise the step is passed over.
    public var conditions: [Condition]

    public init(name: String, operation: String, first: String? = nil, needs: [String] = [], conditions: [Condition] = []) {
        self.name = name
        self.operation = operation
        self.first = first
        self.needs = needs
        self.conditions = conditions
    }
}

/// A test on one name: that it is there, or that it has one of some values.
public struct Condition: Sendable, Hashable {
    public var name: String
    /// `nil`: any value.
    public var values: [String]?
    public var negated: Bool

    public init(name: String, values: [String]? = nil, negated: Bool = false) {
        self.name = name
        self.values = values
        self.negated = negated
    }

    /// A value that can't be made out is absent.
    func holds(_ scope: TemplateScope) -> Bool {
        let found = try? scope.value(name)
        let value = found.map { $0.scalarText ?? $0.text }
        let holds = values.map { values in value.map(values.contains) ?? false } ?? (value != nil)
        return holds != negated
    }
}

/// How fast one account of this CRM may be spoken to, and how much at once.
public struct Pace: Sendable, Hashable {
    /// Requests in a second; `nil`: no limit of the CRM's own.
    public var perSecond: Double?
    /// Requests that may come at once after a pause.
    public var burst: Int
    /// Requests in 24 hours; `nil`: no budget of a day.
    public var perDay: Int?
    /// Requests under way at the same time.
    public var concurrent: Int
    /// Longest wait for an answer.
    public var timeout: Duration
    /// What any span of time may hold.
    public var windows: [Window]

    /// At most so many requests in any span of time.
    public struct Window: Sendable, Hashable {
        public var limit: Int
        public var span: Duration

        public init(limit: Int, span: Duration) {
            self.limit = limit
            self.span = span
        }
    }

    public init(
        perSecond: Double? = nil, burst: Int = 1, perDay: Int? = nil, concurrent: Int = 8, timeout: Duration = .seconds(30),
        windows: [Window] = []
    ) {
        self.perSecond = perSecond
        self.burst = burst
        self.perDay = perDay
        self.concurrent = concurrent
        self.timeout = timeout
        self.windows = windows
    }
}
