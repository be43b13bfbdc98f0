// SPDX-License-Identifier: Apache-2.0
internal import CallModel
internal import Crypto
internal import Essentials
internal import Foundation
internal import Synchronization

/// What the master key is used for: finding a person by number without storing the number as an index, sealing each
/// person's own key, and the commitments of the audit log. Nothing here touches the disk.
public final class Vault: Sendable {
    private let indexKey: SymmetricKey
    private let wrapKey: SymmetricKey
    private let secretKey: SymmetricKey
    private let random: any RandomSource
    /// Keys opened lately, by sealed form and blind index: the same bytes always open to the same key, so nothing here can go stale.
    private let opened = Mutex<[[UInt8]: SymmetricKey]>([:])
    private static let openedMax = 4096

    init(key: MasterKey, random: any RandomSource) {
        indexKey = Vault.derive(key, "callsieve blind index 1")
        wrapKey = Vault.derive(key, "callsieve key wrapping 1")
        secretKey = Vault.derive(key, "callsieve sealed secrets 1")
        self.random = random
    }

    /// Two uses of the master key never share a key (RFC 5869).
    private static func derive(_ key: MasterKey, _ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: SymmetricKey(data: key.bytes), info: Data(purpose.utf8), outputByteCount: 32)
    }

    /// HMAC-SHA256 of the E.164 form, cut to 16 bytes: equal for equal numbers, telling nothing without the key.
    func blindIndex(_ number: PhoneNumber) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(number.e164.utf8), using: indexKey).prefix(16))
    }

    /// A fresh key of 32 bytes, and its sealed form for storing. The blind index is bound in as associated data,
    /// so that one person's key can't be put in another's row.
    func makePersonKey(for blindIndex: [UInt8]) throws -> (key: SymmetricKey, sealed: [UInt8]) {
        let bytes = random.bytes(32)
        let nonce = try ChaChaPoly.Nonce(data: random.bytes(12))
        let box = try ChaChaPoly.seal(bytes, using: wrapKey, nonce: nonce, authenticating: blindIndex)
        return (SymmetricKey(data: bytes), Array(box.combined))
    }

    /// The key in `sealed`.
    ///
    /// - Throws: `StoreError` `.masterKey` when it was sealed under another master key, or changed.
    func openPersonKey(_ sealed: [UInt8], blindIndex: [UInt8]) throws(StoreError) -> SymmetricKey {
        if let key = opened.withLock({ $0[sealed + blindIndex] }) { return key }
        do {
            let key = SymmetricKey(data: try ChaChaPoly.open(.init(combined: sealed), using: wrapKey, authenticating: blindIndex))
            opened.withLock { opened in
                if opened.count >= Vault.openedMax { opened = [:] }
                opened[sealed + blindIndex] = key
            }
            return key
        } catch {
            throw StoreError(
                .masterKey, "a person's key does not open: the master key is not the one this store was made with, or the row was changed")
        }
    }

    /// Forgets all opened keys: after an erasure none may stay in memory.
    func forgetOpenedKeys() { opened.withLock { $0 = [:] } }

    /// A secret in the form in which it may be stored. `purpose` is bound in: what is sealed for one is not opened for another.
    func seal(_ secret: [UInt8], purpose: String) throws -> [UInt8] {
        let nonce = try ChaChaPoly.Nonce(data: random.bytes(12))
        return Array(try ChaChaPoly.seal(secret, using: secretKey, nonce: nonce, authenticating: Array(purpose.utf8)).combined)
    }

    /// The secret in `sealed`.
    ///
    /// - Throws: `StoreError` `.masterKey` when it was sealed under another key or for another purpose, or changed.
    func open(_ sealed: [UInt8], purpose: String) throws(StoreError) -> [UInt8] {
        do {
            return Array(try ChaChaPoly.open(.init(combined: sealed), using: secretKey, authenticating: Array(purpose.utf8)))
        } catch {
            throw StoreError(
                .masterKey, "a stored secret does not open: the master key is not the one this store was made with, or the row was changed")
        }
    }

    /// The commitment to a personal value under its person's key: HMAC-SHA256 over name, a zero byte and the value.
    static func commitment(_ name: String, _ value: String, key: SymmetricKey) -> [UInt8] {
        var message = Array(name.utf8)
        message.append(0)
        message.append(contentsOf: value.utf8)
        return Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }

    /// A text that only this master key gives; kept in the store so that another key is noticed at start.
    var fingerprint: String {
        HMAC<SHA256>.authenticationCode(for: Array("fingerprint".utf8), using: indexKey).prefix(8).map { String($0, radix: 16) }.joined(
            separator: ":")
    }
}
