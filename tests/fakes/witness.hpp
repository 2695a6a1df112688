// A C2SP witness (https://c2sp.org/tlog-witness): keeps the newest checkpoint of each log that it was told to trust, and cosigns the next
// one only with a proof that it continues that.
//
//   POST /__trust  {"origin": ..., "key": "<verifier key of the log>"}
#pragma once
#include <fmt/format.h>
#include <sodium.h>

#include "api/router.hpp"
#include "fake.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/fsck.hpp"

namespace evenkeel::fakes {

struct TrustedLog {
  std::string origin, key;
  std::int64_t size = 0;
  std::string root = {};  // hexadecimal
};
BOOST_DESCRIBE_STRUCT(TrustedLog, (), (origin, key, size, root))
struct WitnessState {
  std::string verifier;
  std::vector<TrustedLog> logs;
  int cosigned = 0, elsewhere = 0, inconsistent = 0;
};
BOOST_DESCRIBE_STRUCT(WitnessState, (), (verifier, logs, cosigned, elsewhere, inconsistent))

class Witness final : public Fake {
 public:
  Witness() {
    std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
    secret_.resize(crypto_sign_SECRETKEYBYTES);
    crypto_sign_keypair(reinterpret_cast<unsigned char*>(public_key.data()), reinterpret_cast<unsigned char*>(secret_.data()));
    key_ = {"witness.example/fake", NoteAlgorithm::cosignature_ed25519, public_key};
  }

  http::Response act(const http::Request& request) override {
    const std::scoped_lock lock(mutex_);
    if (request.method == "POST" && request.path == "/__trust") {
      auto log = json::read_text<TrustedLog>(request.body);
      if (!log) return api::problem(log.error());
      logs_[log->origin] = *log;
      return {204, "", ""};
    }
    if (request.method != "POST" || request.path != "/add-checkpoint") return api::problem(404, "a witness takes POST /add-checkpoint");
    return add(request.body);
  }
  json::Value state() override {
    const std::scoped_lock lock(mutex_);
    auto all = counted_;
    all.verifier = key_.text();
    for (const auto& [origin, log] : logs_) all.logs.push_back(log);
    return json::to_value(all);
  }

 private:
  struct Shown {
    std::int64_t old = 0;
    std::vector<ledger::fsck::Digest> proof;
    std::string note;
  };
  static std::optional<Shown> shown(const std::string& body) {
    Shown out;
    const auto cut = body.find("\n\n");
    if (!body.starts_with("old ") || cut == std::string::npos) return {};
    out.note = body.substr(cut + 2);
    out.old = std::atoll(body.c_str() + 4);
    for (auto from = body.find('\n') + 1; from < cut; from = body.find('\n', from) + 1) {
      const auto raw = from_base64(std::string_view(body).substr(from, body.find('\n', from) - from));
      if (!raw || raw->size() != 32) return {};
      out.proof.push_back(ledger::fsck::digest_of(to_hex(*raw)).value());
    }
    return out;
  }
  http::Response add(const std::string& body) {
    const auto asked = shown(body);
    const auto said = asked ? ledger::read_checkpoint(asked->note) : Result<ledger::Checkpoint>(invalid(""));
    if (!said || asked->old > said->size) return {400, "text/plain", "no checkpoint\n"};
    const auto log = logs_.find(said->origin);
    if (log == logs_.end()) return {404, "text/plain", "unknown origin\n"};
    if (!ledger::open_checkpoint(asked->note, ledger::parse_verifier_key(log->second.key).value())) return {403, "text/plain", "\n"};
    auto& seen = log->second;
    const auto root = to_hex(said->root);
    if (asked->old != seen.size || (seen.size == said->size && seen.root != root)) {
      ++counted_.elsewhere;
      return {409, "text/x.tlog.size", std::to_string(seen.size) + "\n"};
    }
    if (seen.size > 0 && seen.size < said->size &&
        !ledger::fsck::extends(seen.size, said->size, ledger::fsck::digest_of(seen.root).value(), ledger::fsck::digest_of(root).value(),
                               asked->proof)) {
      ++counted_.inconsistent;
      return {422, "text/plain", "inconsistent\n"};
    }
    seen.size = said->size, seen.root = root;
    ++counted_.cosigned;
    return {200, "text/plain", "— somebody.example/else AAAAAAAA\n" + cosignature(asked->note.substr(0, asked->note.find("\n\n") + 1))};
  }
  std::string cosignature(const std::string& body) const {
    const std::uint64_t seconds = 1'780'000'000;
    std::string time(8, '\0'), signature(crypto_sign_BYTES, '\0');
    for (int i = 0; i < 8; ++i) time[std::size_t(i)] = static_cast<char>(seconds >> (56 - 8 * i));
    const auto message = fmt::format("cosignature/v1\ntime {}\n{}", seconds, body);
    crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                         reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                         reinterpret_cast<const unsigned char*>(secret_.data()));
    return fmt::format("— {} {}\n", key_.name, to_base64(key_.id() + time + signature));
  }

  std::mutex mutex_;
  std::string secret_;
  NoteKey key_;
  std::map<std::string, TrustedLog> logs_;
  WitnessState counted_;
};

}  // namespace evenkeel::fakes
