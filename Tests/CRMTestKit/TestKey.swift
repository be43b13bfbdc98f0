// SPDX-License-Identifier: Apache-2.0
import CryptoExtras

/// A key pair that lives as long as the tests run: `private_key: TEST KEY` in a profile stands for it.
public enum TestKey {
    private static let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048)

    public static var privatePEM: String { key?.pemRepresentation ?? "" }
    public static var publicPEM: String { key?.publicKey.pemRepresentation ?? "" }
}
