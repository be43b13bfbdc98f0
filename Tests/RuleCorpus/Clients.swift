// SPDX-License-Identifier: Apache-2.0

/// The callers that interviews are tried on, for each shipped set: how often a fact has which value. What a caller would
/// not name is "declined". Facts are drawn one by one and do not depend on each other, which no real caller's do; numbers
/// lie on and around the bounds of the rules as often as between them.
///
/// Weights are guesses from what small firms tell of their calls: a third of them is no enquiry, one in ten is known, half
/// of those who ask for a price name a budget.
public enum Clients {
    public typealias Distribution = [(fact: String, values: [(weight: Int, value: String)])]

    /// Known before the briefing: who calls, and by which channel. `nil` values stay unknown.
    public struct Profile: Sendable {
        public let known: Distribution
        public let answers: Distribution
    }

    public static let agency = Profile(
        known: [
            ("caller is", [(88, "stranger"), (6, "client"), (3, "partner"), (3, "")]),
            ("channel", [(50, "site"), (25, "ads"), (10, "referral"), (5, "tender"), (10, "other")]),
        ],
        answers: [
            ("purpose", [(66, "project"), (8, "job"), (10, "vendor"), (8, "advertising"), (4, "wrong number"), (2, "silence"), (2, "declined")]),
            ("service", [(25, "site"), (15, "shop"), (20, "seo"), (15, "ads"), (8, "smm"), (7, "support"), (6, "other"), (4, "declined")]),
            ("region", [(40, "Moscow"), (15, "Saint Petersburg"), (8, "Kazan"), (7, "Novosibirsk"), (20, "Russia"), (6, "abroad"), (4, "declined")]),
            (
                "budget_total",
                [
                    (12, "100 000"), (10, "250 000"), (6, "299 999.99"), (10, "300 000"), (12, "500 000"), (8, "900 000"), (4, "1 499 999.99"),
                    (6, "1 500 000"), (4, "4 000 000"), (28, "declined"),
                ]
            ),
            (
                "budget_month",
                [
                    (15, "30 000"), (5, "69 999.99"), (15, "70 000"), (20, "120 000"), (3, "299 999.99"), (7, "300 000"), (5, "800 000"),
                    (30, "declined"),
                ]
            ),
            ("tender", [(85, "no"), (7, "private"), (4, "44-FZ"), (3, "223-FZ"), (1, "declined")]),
            ("tender_days_left", [(10, "1"), (10, "4"), (15, "5"), (35, "20"), (30, "declined")]),
            ("start_in_days", [(20, "3"), (40, "20"), (15, "60"), (5, "90"), (5, "91"), (5, "180"), (10, "declined")]),
            ("decision_maker", [(55, "yes"), (20, "no"), (20, "together"), (5, "declined")]),
            ("task", [(70, "more sales"), (30, "declined")]), ("name", [(95, "Anna"), (5, "declined")]),
            ("company", [(70, "Example Ltd."), (30, "declined")]),
        ])

    public static let dental = Profile(
        known: [("caller is", [(65, "stranger"), (30, "patient"), (2, "client"), (3, "")])],
        answers: [
            ("pain", [(12, "acute"), (18, "bearable"), (68, "no"), (2, "declined")]), ("trauma", [(4, "yes"), (95, "no"), (1, "declined")]),
            ("bleeding", [(4, "yes"), (95, "no"), (1, "declined")]),
            (
                "purpose",
                [
                    (60, "treatment"), (12, "reschedule"), (8, "question"), (5, "free care"), (5, "vendor"), (2, "job"), (3, "advertising"),
                    (3, "wrong number"), (2, "declined"),
                ]
            ),
            (
                "service",
                [
                    (22, "check-up"), (18, "cleaning"), (28, "therapy"), (10, "implant"), (6, "prosthetics"), (7, "orthodontics"), (5, "other"),
                    (4, "declined"),
                ]
            ),
            ("age", [(2, "1"), (2, "2"), (3, "3"), (10, "8"), (50, "35"), (30, "60"), (3, "declined")]),
            ("insurance", [(30, "yes"), (66, "no"), (4, "declined")]),
            ("insurer", [(40, "First Example Insurance"), (20, "Second Example Insurance"), (30, "Another Insurance"), (10, "declined")]),
            ("self_pay", [(50, "yes"), (45, "no"), (5, "declined")]),
            ("visit_in_days", [(30, "1"), (30, "7"), (15, "30"), (5, "60"), (5, "61"), (5, "90"), (10, "declined")]),
            ("name", [(95, "Olga"), (5, "declined")]), ("doctor", [(20, "Dr Example"), (80, "declined")]),
        ])

    public static let equipment = Profile(
        known: [("caller is", [(75, "stranger"), (12, "client"), (8, "dealer"), (2, "partner"), (3, "")])],
        answers: [
            (
                "purpose",
                [
                    (50, "purchase"), (18, "spare parts"), (10, "service"), (5, "warranty"), (6, "vendor"), (4, "job"), (4, "advertising"),
                    (2, "wrong number"), (1, "declined"),
                ]
            ),
            ("legal_entity", [(80, "yes"), (18, "no"), (2, "declined")]),
            (
                "region",
                [(35, "Moscow"), (10, "Tver"), (12, "Kazan"), (10, "Yekaterinburg"), (12, "Novosibirsk"), (18, "other"), (3, "declined")]
            ), ("model", [(20, "press"), (25, "lathe"), (20, "mill"), (15, "welder"), (15, "compressor"), (5, "declined")]),
            ("units", [(60, "1"), (20, "2"), (8, "9"), (7, "10"), (2, "30"), (3, "declined")]),
            (
                "order_sum",
                [
                    (12, "20 000"), (3, "49 999.99"), (5, "50 000"), (20, "300 000"), (5, "499 999.99"), (8, "500 000"), (20, "2 000 000"),
                    (5, "5 000 000"), (7, "12 000 000"), (15, "declined"),
                ]
            ), ("tender", [(75, "no"), (8, "private"), (9, "44-FZ"), (7, "223-FZ"), (1, "declined")]),
            ("tender_days_left", [(15, "3"), (10, "6"), (15, "7"), (40, "20"), (20, "declined")]),
            ("in_stock", [(55, "yes"), (40, "no"), (5, "declined")]),
            ("needed_in_days", [(20, "7"), (10, "14"), (20, "30"), (10, "45"), (15, "60"), (15, "120"), (10, "declined")]),
            ("name", [(95, "Ivan"), (5, "declined")]), ("company", [(85, "Example Works"), (15, "declined")]),
        ])
}
