// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization

/// Where the service reads the wall clock. Only the running service owns one; pure code takes an `Instant`.
public protocol TimeSource: Sendable {
    func now() -> Instant
}

/// The machine's real-time clock.
public struct SystemTime: TimeSource {
    public init() {}
    public func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(unixMilliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// A clock that stands until it is moved, for tests.
public final class ManualTime: TimeSource {
    private let current: Mutex<Instant>
    public init(_ start: Instant) { current = Mutex(start) }
    public func now() -> Instant { current.withLock { $0 } }
    public func advance(by duration: Duration) { current.withLock { $0 = $0 + duration } }
    public func set(_ instant: Instant) { current.withLock { $0 = instant } }
}

/// Where identifiers, keys and jitter come from.
public protocol RandomSource: Sendable {
    /// Exactly `count` bytes.
    func bytes(_ count: Int) -> [UInt8]
}

/// The system's cryptographic random numbers (getrandom(2)).
///
/// Fetched 4 KB at a time: a system call for each identifier was a fiftieth of the writer's time. Bytes are wiped as they are given out.
public struct SystemRandom: RandomSource {
    private static let pool = Mutex(RandomPool())

    public init() {}
    public func bytes(_ count: Int) -> [UInt8] {
        if count > RandomPool.size { return RandomPool.fresh(count) }
        return Self.pool.withLock { $0.take(count) }
    }
}

private struct RandomPool {
    static let size = 4096
    private var bytes: [UInt8] = []

    mutating func take(_ count: Int) -> [UInt8] {
        if bytes.count < count { bytes = RandomPool.fresh(RandomPool.size) }
        let start = bytes.count - count
        let taken = Array(bytes[start...])
        for index in start..<bytes.count { bytes[index] = 0 }
        bytes.removeLast(count)
        return taken
    }

    static func fresh(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let start = buffer.baseAddress?.advanced(by: filled) {
                // 256 bytes is what one call gives (getentropy(3)); it fails only on systems where the service can't run at all.
                let piece = min(256, count - filled)
                guard getentropy(start, piece) == 0 else { fatalError("the system gives no random numbers") }
                filled += piece
            }
        }
    }
}

/// Repeatable bytes from a seed (SplitMix64), for tests and simulations. Never for keys.
public final class SeededRandom: RandomSource {
    private let state: Mutex<UInt64>
    public init(seed: UInt64) { state = Mutex(seed) }
    public func bytes(_ count: Int) -> [UInt8] {
        state.withLock { state in
            (0..<count).map { _ in
                state &+= 0x9E37_79B9_7F4A_7C15
                var mixed = state
                mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
            }
        }
    }
}
