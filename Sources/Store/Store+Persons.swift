// SPDX-License-Identifier: Apache-2.0
public import CallModel
internal import Crypto
internal import Essentials
internal import SQLEngine

extension StoreReading {
    /// Who has this number; `nil`: never seen, or erased.
    public func knownPerson(of number: PhoneNumber) throws -> PersonID? {
        try sql.first("SELECT id FROM persons WHERE blind_index = $1", [.blob(vault.blindIndex(number))]) { $0.id(0) }
    }

    /// The key of a person; `nil` once destroyed.
    func key(of person: PersonID) throws -> SymmetricKey? {
        let row = try sql.first(
            "SELECT sealed_key, blind_index FROM persons WHERE id = $1 AND sealed_key IS NOT NULL", [SQLValue(person)]
        ) { ($0.blob(0), $0.blob(1)) }
        return try row.map { try vault.openPersonKey($0.0, blindIndex: $0.1) }
    }
}

extension Transaction {
    /// Who has this number; the first time makes the person with a key of their own.
    public func person(of number: PhoneNumber) throws -> PersonID { try personAndNovelty(of: number).id }

    /// The same, and whether the person was made just now, so that nothing can be stored of them yet.
    public func personAndNovelty(of number: PhoneNumber) throws -> (id: PersonID, isNew: Bool) {
        let index = vault.blindIndex(number)
        if let known: PersonID = try sql.first("SELECT id FROM persons WHERE blind_index = $1", [.blob(index)], { $0.id(0) }) {
            return (known, false)
        }
        let sealed = try vault.makePersonKey(for: index).sealed
        _ = try sql.execute("INSERT INTO persons (blind_index, sealed_key) VALUES ($1, $2)", [.blob(index), .blob(sealed)])
        return (RowID(sql.lastInsertedID), true)
    }
}
