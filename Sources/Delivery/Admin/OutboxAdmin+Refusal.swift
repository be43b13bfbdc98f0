// SPDX-License-Identifier: Apache-2.0
public import Essentials
public import Store

extension OutboxAdmin {
    /// Why an act was refused, for people.
    public enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        case notFound(ULID)
        /// The order is in a state in which the act makes no sense.
        case wrongState(ULID, OrderState)
        /// It changed between reading and writing; look again.
        case changed(ULID)
        /// Its recipe can't be read any more.
        case noRecipe(ULID)
        /// A field that no order has, or that can't be corrected.
        case badField(String, known: [String])
        case nothingToCorrect

        public var description: String {
            switch self {
            case .notFound(let id): "there is no order \(id)"
            case .wrongState(let id, let state):
                "order \(id) is \(state.rawValue); only dead and held orders can be retried, and waiting ones discarded or corrected"
            case .changed(let id): "order \(id) changed meanwhile; look at it again"
            case .noRecipe(let id): "the recipe that order \(id) is pinned to can't be read; discard it"
            case .badField(let name, let known):
                "\"\(name)\" is no field that can be corrected; this order has \(known.joined(separator: ", "))"
            case .nothingToCorrect: "name at least one field and its new value, such as lead.phone=+79161234567"
            }
        }
    }
}
