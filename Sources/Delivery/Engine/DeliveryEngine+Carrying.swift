// SPDX-License-Identifier: Apache-2.0
import CRM
import Essentials
import HTTPTransfer
import Logging
import SQLEngine
import Store
import Synchronization
import WireFormats

extension DeliveryEngine {
    /// Sends the request of `work` and those that follow from it, until the order rests. Never throws: an order whose ending
    /// can't be stored stays claimed, and is found again as an unknown outcome.
    func carry(_ first: Work) async {
        let account = first.entry.order.account, id = first.entry.order.id
        defer {
            desk.leave(account)
            carrying.withLock { _ = $0.remove(id) }
        }
        var next: Work? = first
        while let work = next { next = await carryOne(work) }
    }

    /// One request with its record; the request that follows is stored as an intent and not sent yet.
    func carryOne(_ work: Work) async -> Work? { await record(work, await send(work)) }

    /// How a request ended, and what else is known of it.
    struct Heard {
        var ending: OutboxEntry.Ending
        var status: Int?
        /// We ended it ourselves: neither the order nor the account is to blame (R18).
        var wasStopped = false
    }

    func send(_ work: Work) async -> Heard {
        guard let account = desk.accounts[work.entry.order.account] else { return Heard(ending: .notTried, wasStopped: true) }
        guard work.entry.recipe.needsSession(work.intent.operation, account: account.fields) else {
            return await send(work, account, held: nil)
        }
        switch await sessions.session(of: account, recipe: work.entry.recipe) {
        case .ending(let ending): return Heard(ending: ending)
        case .ready(let held):
            var heard = await send(work, account, held: held)
            // Another token is asked for, once for all who wait; neither the order nor the account is to blame.
            if case .answered(let answer) = heard.ending, answer.class == .authExpired {
                heard.wasStopped = await sessions.expired(held, account: account.name)
            }
            return heard
        }
    }

    func send(_ work: Work, _ account: DeliveryAccount, held: SessionDesk.Held?) async -> Heard {
        var context = context(work, account)
        context.session = held?.session.values ?? [:]
        let request: CRMRequest
        do {
            request = try work.entry.recipe.request(work.intent.operation, context)
        } catch {
            return Heard(ending: .answered(CRMAnswer(class: .invalid, message: error.description)))
        }
        let transfer = TransferRequest(
            method: request.method, url: request.url, headers: request.headers.map { TransferHeader($0.name, $0.value) }, body: request.body,
            policy: account.policy)
        let pace = account.pace ?? work.entry.recipe.pace
        switch await http.send(transfer, deadline: .after(pace.timeout)) {
        case .response(let response):
            let answer = CRMResponse(
                status: response.status, headers: response.headers.map { CRMHeader($0.name, $0.value) }, body: response.body)
            return Heard(ending: .answered(work.entry.recipe.read(answer, to: work.intent.operation, context)), status: response.status)
        case .failedBeforeSend(let failure): return Heard(ending: DeliveryEngine.ending(failure), wasStopped: failure.isOurs)
        case .unknown(let failure): return Heard(ending: .unknown(failure.description), wasStopped: failure.isOurs)
        }
    }

    func context(_ work: Work, _ account: DeliveryAccount) -> RecipeContext {
        work.entry.context(
            step: work.intent.step, account: account.fields, mapping: account.mapping, remotes: work.remotes, now: time.now())
    }

    /// A request that must not or can't leave is the account's fault: it stops, instead of failing each order in turn.
    static func ending(_ failure: TransferFailure) -> OutboxEntry.Ending {
        switch failure.reason {
        case _ where failure.isOurs: .notTried
        case .egressRefused, .badRequest: .answered(CRMAnswer(class: .authInvalid, message: failure.description))
        default: .failedBeforeSend(failure.description)
        }
    }
}

extension TransferFailure {
    /// We did not let it go on; it says nothing about the other side.
    var isOurs: Bool { reason == .stopped || reason == .cancelled || reason == .notAdmitted }
}
