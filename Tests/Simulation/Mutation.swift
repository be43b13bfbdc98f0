// SPDX-License-Identifier: Apache-2.0

/// A fault planted into the model. A simulation that finds nothing wrong with one of them proves nothing.
public enum Mutation: String, CaseIterable, Sendable {
    // R1: what was acknowledged survives.
    case answerBeforeSync, repeatAnsweredBeforeSync, syncLeavesOutTheLast, recoveryCutsTheTail
    // R7: one event, one call, one lead, one answer.
    case skipDedupe, dedupeInMemory, dedupeForgetsAfterADay, answerMadeAnew, changedBodyPassesSilently, leadForEveryCall
    // R9: no lead twice, none lost.
    case unknownIsFailure, serverErrorIsFailure, intentNotStored, recoveryReopensSteps, looksWithoutWaiting, keyForEveryAttempt
    // R10: a lead's events in order, one at a time.
    case anyOrderOfALead, waitingHeadIsPassed, heldHeadIsPassed, claimTakesWhatIsClaimed
    // R16: who lost the claim can't finish.
    case noFence, fenceOfTheState, fenceOfEachWorker, staleWorkerSends
    // R17: a clock that is set changes no wait.
    case clockMovesWaits

    /// The promise that it breaks.
    public var promise: String {
        switch self {
        case .answerBeforeSync, .repeatAnsweredBeforeSync, .syncLeavesOutTheLast, .recoveryCutsTheTail: "R1"
        case .skipDedupe, .dedupeInMemory, .dedupeForgetsAfterADay, .answerMadeAnew, .changedBodyPassesSilently, .leadForEveryCall: "R7"
        case .unknownIsFailure, .serverErrorIsFailure, .intentNotStored, .recoveryReopensSteps, .looksWithoutWaiting, .keyForEveryAttempt: "R9"
        case .anyOrderOfALead, .waitingHeadIsPassed, .heldHeadIsPassed, .claimTakesWhatIsClaimed: "R10"
        case .noFence, .fenceOfTheState, .fenceOfEachWorker, .staleWorkerSends: "R16"
        case .clockMovesWaits: "R17"
        }
    }

    /// The promises in which it shows: its own, unless what it does is seen at the CRM alone.
    public var evidence: Set<String> {
        switch self {
        case .staleWorkerSends: ["R9", "R10"]
        case .clockMovesWaits: ["R9", "R17"]
        default: [promise]
        }
    }
}

/// What a history did that it must not do.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    public var promise: String
    public var text: String
    public var description: String { "\(promise): \(text)" }
}
