// SPDX-License-Identifier: Apache-2.0

/// Bounds of delivery that are the same for all accounts.
public struct DeliverySettings: Sendable {
    public var backoff: Backoff
    /// How often the outbox is looked at although nobody said that something changed (R43).
    public var pollEvery: Duration
    /// A claim that nobody finished is given back this long after it was made: longer than any transfer and write may take.
    public var lease: Duration
    /// How long a stop waits for requests under way; what is still open then is ended as an unknown outcome.
    public var stopWithin: Duration
    /// Orders taken in one transaction: keeps the writer free for calls.
    public var claimsMax: Int
    /// Hints that come closer together than this are one look at the outbox.
    public var hintsApart: Duration

    public init(
        backoff: Backoff = Backoff(), pollEvery: Duration = .seconds(1), lease: Duration = .seconds(300), stopWithin: Duration = .seconds(10),
        claimsMax: Int = 64, hintsApart: Duration = .milliseconds(20)
    ) {
        self.backoff = backoff
        self.pollEvery = pollEvery
        self.lease = lease
        self.stopWithin = stopWithin
        self.claimsMax = claimsMax
        self.hintsApart = hintsApart
    }
}
