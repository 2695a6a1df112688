#include "ledger/fsck_witnesses.hpp"

#include <openssl/evp.h>

#include <charconv>
#include <map>

#include "base/hex.hpp"

namespace evenkeel::ledger::fsck {
namespace {

const unsigned char* bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

bool fits(std::string_view public_key, std::string_view signature, std::string_view message) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key), public_key.size()), EVP_PKEY_free};
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}

/// "NAME+ID+BASE64" with algorithm 4 before 32 bytes: name and public key.
std::optional<std::pair<std::string, std::string>> witness_key(const std::string& text) {
  const auto first = text.find('+'), second = text.find('+', first == std::string::npos ? first : first + 1);
  if (second == std::string::npos) return {};
  const auto raw = from_base64(std::string_view(text).substr(second + 1));
  if (!raw || raw->size() != 33 || (*raw)[0] != '\4') return {};
  return std::pair{text.substr(0, first), raw->substr(1)};
}

/// What the note's first three lines say.
std::optional<Pinned> pinned_in(std::string_view body) {
  std::vector<std::string_view> lines;
  for (std::size_t from = 0; from < body.size() && lines.size() < 3;) {
    const auto end = std::min(body.find('\n', from), body.size());
    lines.push_back(body.substr(from, end - from));
    from = end + 1;
  }
  if (lines.size() < 3) return {};
  Pinned pinned;
  const auto [end, ec] = std::from_chars(lines[1].data(), lines[1].data() + lines[1].size(), pinned.size);
  const auto root = from_base64(lines[2]);
  if (ec != std::errc{} || end != lines[1].data() + lines[1].size() || !root) return {};
  pinned.root = to_hex(*root);
  return pinned;
}

/// Whether one of the note's signatures is this witness's over its body, at this time (seconds).
bool is_cosigned(const std::string& note, const std::string& name, const std::string& public_key, std::int64_t seconds) {
  const auto cut = note.find("\n\n");
  if (cut == std::string::npos) return false;
  const auto message = fmt::format("cosignature/v1\ntime {}\n{}", seconds, note.substr(0, cut + 1));
  const auto mark = "\n— " + name + " ";
  for (auto at = note.find(mark, cut + 1); at != std::string::npos; at = note.find(mark, at + 1)) {
    const auto begin = at + mark.size();
    const auto raw = from_base64(std::string_view(note).substr(begin, note.find('\n', begin) - begin));
    if (raw && raw->size() == 4 + 8 + 64 && fits(public_key, std::string_view(*raw).substr(12), message)) return true;
  }
  return false;
}

}  // namespace

Witnesses::Witnesses(store::Tx& tx, const Complain& complain) {
  tx.exec("SELECT id, witness, size, root, note, witnessed_at FROM cosignature ORDER BY size, id", {}, [&](const store::Row& row) {
    const auto key = witness_key(row.text(1));
    const auto& note = row.text(4);
    const auto said = pinned_in(note);
    if (!key || !said || said->size != row.integer(2) || said->root != row.text(3) ||
        !is_cosigned(note, key->first, key->second, row.integer(5) / 1000))
      return complain(-1, "cosignature_false", fmt::format("cosignature {} is not signed by the witness that it names", row.text(0)));
    all_.push_back({row.text(1), row.integer(2), from_millis(row.integer(5)), note});
    expected_.push_back({*said, "witness " + key->first});
  });
}

std::vector<Witnessed> Witnesses::newest() const {
  std::map<std::string, Witnessed> last;
  for (const auto& one : all_) last[one.witness] = one;
  std::vector<Witnessed> out;
  for (auto& [key, one] : last) out.push_back(std::move(one));
  return out;
}

}  // namespace evenkeel::ledger::fsck
