// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Testing

@testable import WebServer

/// The life of a connection as a value: which deadline runs when.
@Suite struct WebConnectionDeadlineTests {
    static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    static func at(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

    private func fresh() -> ConnectionDeadlines { ConnectionDeadlines(limits: .init(), connectedAt: Self.start) }

    @Test func theFirstHeadHasItsOwnDeadline() {
        let life = fresh()
        #expect(life.next?.at == Self.at(10))
        #expect(life.next?.cut == .header)
    }

    @Test func bytesThatTrickleDoNotExtendTheBody() {
        var life = fresh()
        life.headRead(Self.at(1))
        for _ in 0..<100 {
            let isTooMuch = life.bodyRead(bytes: 1)
            #expect(!isTooMuch)
        }
        #expect(life.next?.at == Self.at(16))
        #expect(life.next?.cut == .body)
    }

    @Test func noDeadlineRunsWhileTheHandlerWorks() {
        var life = fresh()
        life.headRead(Self.at(1))
        life.endRead(Self.at(2))
        #expect(life.next == nil)
    }

    @Test func aResponseThatIsNotReadIsCut() {
        var life = fresh()
        life.headRead(Self.at(1))
        life.endRead(Self.at(2))
        life.writing(Self.at(3))
        life.responseEnded(Self.at(4))
        #expect(life.next?.cut == .response)
        life.flushed()
        #expect(life.next?.cut == .idle)
        #expect(life.next?.at == Self.at(79))
    }

    @Test func aPipelinedRequestKeepsTheConnectionBusy() {
        var life = fresh()
        life.headRead(Self.at(1))
        life.endRead(Self.at(1))
        life.headRead(Self.at(1))
        life.endRead(Self.at(1))
        life.responseEnded(Self.at(2))
        #expect(life.pending == 1)
        #expect(life.next == nil)
    }

    @Test func aBodyThatGoesOnAfterTheAnswerIsReadOnlySoFar() {
        var life = fresh()
        life.headRead(Self.at(1))
        life.responseEnded(Self.at(2))
        let isTooMuch = [life.bodyRead(bytes: 4 * 1024 * 1024), life.bodyRead(bytes: 1)]
        #expect(isTooMuch == [false, true])
    }
}
