// SPDX-License-Identifier: Apache-2.0

import CCrypto

/// AES-256 in ECB mode, block by block and without padding: what OSM encrypts its fields with.
enum AES {
    static let blockSize = 16
    static let keySize = 32

    enum Direction: Int32 {
        case decrypt = 0
        case encrypt = 1
    }

    /// - Parameters:
    ///   - bytes: any number of whole blocks.
    ///   - key: 32 bytes.
    /// - Returns: as many bytes; `nil` if the lengths are not as required or OpenSSL refuses the cipher.
    static func apply(_ direction: Direction, to bytes: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == keySize, bytes.count.isMultiple(of: blockSize), let size = Int32(exactly: bytes.count),
            let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        guard EVP_CipherInit_ex(context, EVP_aes_256_ecb(), nil, key, nil, direction.rawValue) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1
        else { return nil }
        // OpenSSL may use one block more than it reports.
        var output = [UInt8](repeating: 0, count: bytes.count + blockSize)
        var written: Int32 = 0
        guard EVP_CipherUpdate(context, &output, &written, bytes, size) == 1, written == size else { return nil }
        return Array(output.prefix(bytes.count))
    }
}
