#include "ledger/checkpoint.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

namespace evenkeel::ledger {
namespace {

const unsigned char* bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

NoteKey note_key(const Key& key) { return {key.name, NoteAlgorithm::ed25519, key.public_key}; }

bool verifies(std::string_view signature, std::string_view message, std::string_view public_key) {
  return signature.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(bytes(signature), bytes(message), message.size(), bytes(public_key)) == 0;
}

/// What a note says, and the signature that a key has put below it (without the key's id).
struct Signed {
  std::string body, signature;
};
Result<Signed> signed_by(const std::string& note, const NoteKey& key) {
  const auto cut = note.find("\n\n");
  const auto mark = "\n\u2014 " + key.name + " ";
  const auto first = cut == std::string::npos ? cut : note.find(mark, cut + 1);
  for (auto at = first; at != std::string::npos; at = note.find(mark, at + 1)) {
    const auto begin = at + mark.size();
    const auto raw = from_base64(note.substr(begin, note.find('\n', begin) - begin));
    if (raw && raw->size() > 4 && raw->substr(0, 4) == key.id()) return Signed{note.substr(0, cut + 1), raw->substr(4)};
  }
  return invalid(first == std::string::npos ? fmt::format("it is not signed by {}", key.name) : "its signature is by another key");
}

Key key_from_seed(std::string name, std::string seed) {
  std::string pk(crypto_sign_PUBLICKEYBYTES, '\0'), sk(crypto_sign_SECRETKEYBYTES, '\0');
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(pk.data()), reinterpret_cast<unsigned char*>(sk.data()), bytes(seed));
  return {std::move(name), Secret(std::move(seed)), std::move(pk)};
}

}  // namespace

Result<Key> load_or_make_key(const std::string& file, const std::string& name) {
  if (std::ifstream in(file); in) {
    std::string stored, hex;
    in >> stored >> hex;
    const auto seed = from_hex(hex);
    if (!seed || seed->size() != crypto_sign_SEEDBYTES) return unavailable(fmt::format("{} is not a ledger key", file));
    return key_from_seed(stored, *seed);
  }
  auto plain = name;  // a signed note's key name holds neither blanks nor '+'
  for (auto& c : plain)
    if (c == '+' || static_cast<unsigned char>(c) <= ' ') c = '-';
  const auto seed = random_bytes(crypto_sign_SEEDBYTES);
  std::error_code ec;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), ec);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const auto text = plain + " " + to_hex(seed) + "\n";
  const bool ok = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int why = errno;
  if (fd >= 0) ::close(fd);
  if (!ok) return unavailable(fmt::format("cannot write the ledger key {}: {}", file, std::strerror(why)));
  return key_from_seed(plain, seed);
}

std::string verifier_key(const Key& key) { return note_key(key).text(); }

Result<Key> parse_verifier_key(const std::string& text) {
  auto key = TRY(parse_note_key(text, NoteAlgorithm::ed25519));
  return Key{std::move(key.name), {}, std::move(key.public_key)};
}

std::string sign_note(const std::string& text, const Key& key) {
  std::string pk(crypto_sign_PUBLICKEYBYTES, '\0'), sk(crypto_sign_SECRETKEYBYTES, '\0'), signature(crypto_sign_BYTES, '\0');
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(pk.data()), reinterpret_cast<unsigned char*>(sk.data()),
                           bytes(key.seed.reveal()));
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, bytes(text), text.size(), bytes(sk));
  sodium_memzero(sk.data(), sk.size());
  return fmt::format("{}\n\u2014 {} {}\n", text, key.name, to_base64(note_key(key).id() + signature));
}

Result<std::string> open_note(const std::string& note, const Key& verifier) {
  auto found = TRY(signed_by(note, note_key(verifier)));
  if (!verifies(found.signature, found.body, verifier.public_key)) return invalid("its signature does not fit its text");
  return std::move(found.body);
}

Result<SysTime> open_cosignature(const std::string& note, const NoteKey& witness) {
  const auto found = TRY(signed_by(note, witness));
  if (found.signature.size() != 8 + crypto_sign_BYTES) return invalid("the cosignature has another length");
  std::uint64_t seconds = 0;
  for (int i = 0; i < 8; ++i) seconds = seconds << 8 | static_cast<unsigned char>(found.signature[std::size_t(i)]);
  const auto message = fmt::format("cosignature/v1\ntime {}\n{}", seconds, found.body);
  if (seconds > 253'402'300'799 || !verifies(std::string_view(found.signature).substr(8), message, witness.public_key))
    return invalid("the cosignature does not fit the checkpoint");
  return from_millis(static_cast<std::int64_t>(seconds) * 1000);
}

std::vector<std::string> notes_in(const std::string& text) {
  std::vector<std::string> notes;
  std::string note;
  bool is_signed = false;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    const auto line = text.substr(from, end - from);
    from = end + 1;
    const bool signature = line.starts_with("\u2014 ");
    if (is_signed && !signature) notes.push_back(std::exchange(note, {})), is_signed = false;
    if (note.empty() && line.empty()) continue;
    note += line + "\n";
    is_signed |= signature;
  }
  if (!note.empty()) notes.push_back(std::move(note));
  return notes;
}

std::string sign_checkpoint(const Checkpoint& c, const Key& key) {
  return sign_note(fmt::format("{}\n{}\n{}\n", c.origin, c.size, to_base64(as_bytes(c.root))), key);
}

Result<Checkpoint> read_checkpoint(const std::string& text) {
  Checkpoint c;
  const auto first = text.find('\n'), second = text.find('\n', first + 1), third = text.find('\n', second + 1);
  if (first == std::string::npos || second == std::string::npos || third == std::string::npos)
    return invalid("not a checkpoint: origin, size and root were expected");
  c.origin = text.substr(0, first);
  const auto size = text.substr(first + 1, second - first - 1);
  const auto [end, ec] = std::from_chars(size.data(), size.data() + size.size(), c.size);
  const auto root = from_base64(text.substr(second + 1, third - second - 1));
  if (ec != std::errc{} || end != size.data() + size.size() || c.size < 0 || !root || root->size() != 32)
    return invalid("not a checkpoint: size or root cannot be read");
  std::copy(root->begin(), root->end(), c.root.begin());
  return c;
}

Result<Checkpoint> open_checkpoint(const std::string& text, const Key& verifier) {
  const auto body = open_note(text, verifier);
  if (!body) return invalid("the checkpoint cannot be trusted: " + body.error().message);
  return read_checkpoint(*body);
}

}  // namespace evenkeel::ledger
