// SPDX-License-Identifier: Apache-2.0
import CRM
import CRMTestKit
import Crypto
import CryptoExtras
import Essentials
import Foundation
import Testing
import WireFormats

/// What CRMs say about a lead's fate, read from the recorded messages.
@Suite struct OutcomeTests {
    static func recorded(_ crm: String, _ operation: String, _ answer: String = "success") throws -> (CRMResponse, RecordedContext) {
        let found = try #require(try RecordedCRM(crm).operations.first { $0.name == operation })
        let response = try #require(found.answers.first { $0.name == "\(operation).\(answer)" }).response()
        return (response, try RecordedMessagesTests.context(found))
    }

    static let polls: [(crm: String, poll: String, operation: String, id: String, stage: String, status: String?, state: OutcomeRecord.State?)] = [
        ("bitrix24", "stages", "status.poll", "3465", "CONVERTED", "ACCEPTED", nil),
        ("bitrix24", "deals", "deal.poll_by_lead", "759", "WON", "WON", .won),
        ("salesforce", "leads", "status.poll", "00Q90000001pPvHAAU", "Closed - Converted", "ACCEPTED", nil),
        ("tryton", "opportunities", "status.poll", "2", "lost", "LOST", .lost),
        ("hubspot", "deals", "status.poll", "98213", "closedwon", "WON", nil),
        ("pipedrive", "deals", "status.poll", "123", "4", "WON", .won),
        ("zoho", "deals", "status.poll", "554023000000700001", "Closed Won", "WON", .won),
        ("odoo", "leads", "status.poll", "25", "4", nil, nil),
        ("espocrm", "leads", "status.poll", "6643a1f2c4d5e6f70", "Converted", "ACCEPTED", nil),
        ("suitecrm", "leads", "status.poll", "9f0c2f4e-2d6b-5c1a-8e3f-6643a1f2c4d5", "Converted", "ACCEPTED", nil),
        ("django-crm", "leads", "status.poll", "7135d440-a673-4b30-8b94-036ce59db9dd", "closed", "LOST", nil),
    ]

    @Test(arguments: polls)
    func pollYieldsRecordsAndGoesOn(
        crm: String, poll: String, operation: String, id: String, stage: String, status: String?, state: OutcomeRecord.State?
    ) throws {
        let (response, context) = try Self.recorded(crm, operation)
        let poll = try #require(context.recipe.outcomes.polls.first { $0.name == poll })
        let reading = context.recipe.readPoll(response, poll, context.contexts[0])
        let record = try #require(reading.records.first)
        #expect(reading.answer.class.isSuccess && record.id == id && record.stage == stage && record.state == state)
        #expect(context.recipe.status(of: record, mapping: [:]) == status)
        if poll.known == nil { #expect(reading.next != context.contexts[0].poll, "the cursor moves") }
    }

    @Test func moneyIsExpectedInvoicedAndPaid() throws {
        let (payments, bitrix) = try Self.recorded("bitrix24", "money.payments")
        let (_, record) = bitrix.recipe.readRecord(payments, kind: "payments", id: "759", bitrix.contexts[0])
        #expect(record?.paid == CRMMoney(amount: "15000", currency: "RUB") && record?.invoiced == CRMMoney(amount: "48000", currency: "RUB"))
        let (deal, megaplan) = try Self.recorded("megaplan", "lead.read")
        let (_, second) = megaplan.recipe.readRecord(deal, kind: "lead", id: "43", megaplan.contexts[0])
        #expect(second?.paid == CRMMoney(amount: "100", currency: "RUB") && second?.expected?.amount == "188" && second?.state == .won)
    }

    @Test func leadThatIsNotThereIsGone() throws {
        let (response, context) = try Self.recorded("megaplan", "lead.read", "not_found")
        let (answer, record) = context.recipe.readRecord(response, kind: "lead", id: "43", context.contexts[0])
        #expect(answer.class == .notFound && record?.isGone == true && record?.id == "43")
    }

    @Test func convertedLeadLeadsToItsOpportunity() throws {
        let (response, context) = try Self.recorded("salesforce", "status.poll")
        let poll = try #require(context.recipe.outcomes.polls.first)
        let record = try #require(context.recipe.readPoll(response, poll, context.contexts[0]).records.first)
        #expect(record.follow == [RecordHint(kind: "opportunity", id: "006900000012345AAA")] && record.key == "cs-01JD0000000000000000000001")
    }

    @Test func signedMessageIsTheRecordItself() throws {
        let operation = try #require(try RecordedCRM("generic-webhook").operations.first(where: \.isInbound))
        let (message, context) = try RecordedHooksTests.message(operation)
        guard case .hints(let hints) = context.recipe.readHook(message, account: context.contexts[0].account) else { throw Unexpected() }
        let record = try #require(hints.first?.record)
        #expect(record.key == "cs-01JD0000000000000000000001" && record.state == .won)
        #expect(record.paid == CRMMoney(amount: "15000.00", currency: "RUB") && record.expected == CRMMoney(amount: "48000.00", currency: "RUB"))
    }

    /// Each lead of a batch has its own outcome.
    @Test func batchIsReadLeadByLead() throws {
        let (response, context) = try Self.recorded("bitrix24", "lead.create_batch", "partial_failure")
        let (whole, items) = context.recipe.read(response, to: "lead.create_batch", items: context.contexts)
        #expect(whole.class == .okPartial && items.map(\.class) == [.okCreated, .invalid])
        #expect(items[0].taken["lead_id"] == 3465 && items[1].message?.isEmpty == false)
        #expect(context.recipe.batch(for: "lead.create")?.batch == Batch(of: "lead.create", max: 50, isAtomic: false))
        let (sales, other) = try Self.recorded("salesforce", "lead.create_batch", "partial_failure")
        let second = other.recipe.read(sales, to: "lead.create_batch", items: other.contexts).items
        #expect(second.map(\.class) == [.okCreated, .invalid] && second[1].field == "Company")
    }

    /// RFC 7523: the claims are signed with the account's key, for a few minutes.
    @Test func assertionIsSignedWithTheAccountsKey() throws {
        let operation = try #require(try RecordedCRM("salesforce").operations.first { $0.name == "auth.jwt" })
        let request = try RecordedMessagesTests.context(operation).request()
        let form = Form(parsing: request.body ?? [])
        let parts = try #require(form["assertion"]).split(separator: ".").map(String.init)
        let claims = try JSON.parse(try #require(Base64.decode(parts[1].utf8)))
        #expect(claims["iss"]?.string == "app" && claims["aud"]?.string == "https://login.salesforce.com")
        #expect((claims["exp"]?.integer ?? 0) - (claims["iat"]?.integer ?? 0) == 180)
        let key = try _RSA.Signing.PublicKey(pemRepresentation: TestKey.publicPEM)
        let signature = _RSA.Signing.RSASignature(rawRepresentation: Data(try #require(Base64.decode(parts[2].utf8))))
        #expect(key.isValidSignature(signature, for: SHA256.hash(data: Data("\(parts[0]).\(parts[1])".utf8)), padding: .insecurePKCS1v1_5))
    }

    private struct Unexpected: Error {}
}
