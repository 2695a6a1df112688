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

std::string key_id(const std::string& name, const std::string& public_key) {
  return std::string(as_bytes(sha256(name + "\n\x01" + public_key)).substr(0, 4));
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

std::string verifier_key(const Key& key) {
  return fmt::format("{}+{}+{}", key.name, to_hex(key_id(key.name, key.public_key)), to_base64("\x01" + key.public_key));
}

Result<Key> parse_verifier_key(const std::string& text) {
  const auto plus = text.find('+'), second = text.find('+', plus == std::string::npos ? plus : plus + 1);
  if (second == std::string::npos) return invalid("not a verifier key: NAME+ID+BASE64 was expected");
  auto encoded = text.substr(second + 1);
  while (encoded.ends_with('\n') || encoded.ends_with('\r')) encoded.pop_back();
  const auto raw = from_base64(encoded);
  const auto name = text.substr(0, plus);
  if (!raw || raw->size() != 33 || (*raw)[0] != 1 || to_hex(key_id(name, raw->substr(1))) != text.substr(plus + 1, second - plus - 1))
    return invalid("not a verifier key: its parts do not fit together");
  return Key{name, {}, raw->substr(1)};
}

std::string sign_note(const std::string& text, const Key& key) {
  std::string pk(crypto_sign_PUBLICKEYBYTES, '\0'), sk(crypto_sign_SECRETKEYBYTES, '\0'), signature(crypto_sign_BYTES, '\0');
  crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(pk.data()), reinterpret_cast<unsigned char*>(sk.data()),
                           bytes(key.seed.reveal()));
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, bytes(text), text.size(), bytes(sk));
  sodium_memzero(sk.data(), sk.size());
  return fmt::format("{}\n\u2014 {} {}\n", text, key.name, to_base64(key_id(key.name, key.public_key) + signature));
}

Result<std::string> open_note(const std::string& note, const Key& verifier) {
  const auto cut = note.find("\n\n");
  const auto mark = "\n\u2014 " + verifier.name + " ";
  const auto at = cut == std::string::npos ? cut : note.find(mark, cut + 1);
  if (at == std::string::npos) return invalid(fmt::format("it is not signed by {}", verifier.name));
  const auto begin = at + mark.size();
  const auto raw = from_base64(note.substr(begin, note.find('\n', begin) - begin));
  if (!raw || raw->size() != 68 || raw->substr(0, 4) != key_id(verifier.name, verifier.public_key))
    return invalid("its signature is by another key");
  const auto body = note.substr(0, cut + 1);
  if (crypto_sign_verify_detached(bytes(std::string_view(*raw).substr(4)), bytes(body), body.size(), bytes(verifier.public_key)) != 0)
    return invalid("its signature does not fit its text");
  return body;
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
