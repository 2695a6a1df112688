#include "ledger/evidence.hpp"
#include "ledger/manifest.hpp"
#include "ledger/zip.hpp"

namespace evenkeel::ledger {
namespace {

using Files = std::map<std::string, std::string>;

class Verification {
 public:
  Verification(Files files, Key verifier) : files_(std::move(files)), key_(std::move(verifier)) {}

  PackReport run() {
    const auto checkpoint = open_checkpoint(files_["checkpoint.txt"], key_);
    if (!checkpoint) {
      complain(-1, "checkpoint_mismatch", checkpoint.error().message);
      return std::move(report_);
    }
    checkpoint_ = *checkpoint;
    report_.checkpoint = fmt::format("{} entries, root {}", checkpoint->size, to_hex(checkpoint->root));
    each_line("entries.jsonl", "entry_changed", [&](const json::Value& line) { entry(line); });
    each_line("rows.jsonl", "row_changed", [&](const json::Value& line) { row(line); });
    for (const auto& [row_key, seal] : sealed_)
      complain(seal.second, "row_missing",
               fmt::format("{} {}, sealed by entry {}, is not in the pack", row_key.first, row_key.second, seal.second));
    each_line("reasons.jsonl", "text_changed", [&](const json::Value& line) { reason(line); });
    if (report_.entries == 0) complain(-1, "entry_missing", "the pack holds no entry");
    manifest();
    return std::move(report_);
  }

 private:
  void complain(std::int64_t index, const char* kind, std::string message) {
    report_.problems.push_back({index, kind, std::move(message)});
  }

  template <class F>
  void each_line(const char* file, const char* kind, F&& f) {
    const auto found = files_.find(file);
    if (found == files_.end()) return;
    const auto& text = found->second;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      try {
        if (end > at) {
          const auto v = json::parse(std::string_view(text).substr(at, end - at));
          if (!v) throw std::runtime_error(v.error().message);
          f(*v);
        }
      } catch (const std::exception& e) { complain(-1, kind, fmt::format("a line of {} cannot be read: {}", file, e.what())); }
      at = end + 1;
    }
  }

  void entry(const json::Value& line) {
    const auto index = line.at("index").as_int64();
    const auto raw = from_base64(std::string_view(line.at("bytes").as_string()));
    std::vector<fsck::Digest> path;
    for (const auto& p : line.at("proof").as_array()) path.push_back(fsck::digest_of(std::string(p.as_string())).value());
    ++report_.entries;
    const auto read = raw ? fsck::read_entry(*raw) : std::nullopt;
    const auto told = raw ? parse_entry(*raw) : Result<Entry>(invalid("not base64"));
    if (!read || !told) return complain(index, "entry_changed", fmt::format("entry {} cannot be read", index));
    fsck::Digest root;
    std::copy(checkpoint_.root.begin(), checkpoint_.root.end(), root.begin());
    if (!fsck::proves(index, checkpoint_.size, fsck::leaf_of(*raw), path, root))
      complain(index, "entry_changed", fmt::format("entry {} ({}) is not in the ledger that the checkpoint signed", index, read->kind));
    if (!entries_.empty() && entries_.back().first >= index)
      complain(index, "entry_changed", fmt::format("entry {} stands out of its order", index));
    report_.release = read->release;
    for (const auto& s : read->sealed) sealed_[{s.table, s.id}] = {s.hash, index};
    entries_.emplace_back(index, *told);
  }

  void row(const json::Value& line) {
    const std::string table{line.at("table").as_string()}, id{line.at("id").as_string()};
    ++report_.rows;
    const auto seal = sealed_.find({table, id});
    if (seal == sealed_.end()) return complain(-1, "row_unsealed", fmt::format("{} {}: no entry of the pack sealed it", table, id));
    if (fsck::row_digest(table, line.at("columns").as_object()) != seal->second.first)
      complain(seal->second.second, "row_changed", fmt::format("{} {} differs from what entry {} sealed", table, id, seal->second.second));
    sealed_.erase(seal);
  }

  void reason(const json::Value& line) {
    const auto index = line.at("entry").as_int64();
    const std::string id{line.at("id").as_string()}, text{line.at("text").as_string()};
    const auto salt = from_base64(std::string_view(line.at("salt").as_string()));
    ++report_.reasons;
    const auto told = std::ranges::find(entries_, index, &IndexedEntry::first);
    if (told == entries_.end()) return complain(-1, "text_added", fmt::format("text {}: no entry of the pack proves it", id));
    const auto proof = std::ranges::find(told->second.texts, id, &TextProof::id);
    if (proof == told->second.texts.end() || !salt)
      return complain(index, "text_added", fmt::format("text {}: entry {} does not prove it", id, index));
    if (sha256(*salt + text) != proof->hash)
      complain(index, "text_changed", fmt::format("text {} differs from what entry {} proves", id, index));
  }

  /// The pack holds what was signed, no more and no less, and its words say what its entries say.
  void manifest() {
    if (!files_.contains(manifest_file))
      return complain(-1, "manifest_missing",
                      "the pack has no manifest: whether entries were left out cannot be seen; export it again with a newer evenkeel");
    const auto m = open_manifest(files_[manifest_file], key_);
    if (!m) return complain(-1, "manifest_changed", "the manifest cannot be trusted: " + m.error().message);
    for (const auto& [name, text] : files_)
      if (name != manifest_file && !m->files.contains(name)) complain(-1, "file_added", fmt::format("{} is not a file of this pack", name));
    for (const auto& [name, hash] : m->files)
      if (!files_.contains(name))
        complain(-1, "file_missing", fmt::format("{} is missing", name));
      else if (to_hex(sha256(files_[name])) != hash)
        complain(-1, "file_changed", fmt::format("{} differs from what was signed", name));
    std::set<std::int64_t> there;
    for (const auto& [index, e] : entries_) {
      there.insert(index);
      if (e.release != m->head.release)
        complain(index, "entry_changed", fmt::format("entry {} is of another release ({})", index, e.release));
    }
    for (const auto index : m->entries)
      if (!there.erase(index)) complain(index, "entry_missing", fmt::format("entry {} of the release is not in the pack", index));
    for (const auto index : there) complain(index, "entry_added", fmt::format("entry {} is not one that the manifest names", index));
    if (files_["story.md"] != story_of(m->head, entries_)) complain(-1, "file_changed", "story.md does not say what the entries say");
    if (files_["controls.md"] != controls_of(entries_)) complain(-1, "file_changed", "controls.md does not say what the entries say");
  }

  Files files_;
  Key key_;
  Checkpoint checkpoint_;
  PackReport report_;
  std::vector<IndexedEntry> entries_;
  std::map<std::pair<std::string, std::string>, std::pair<fsck::Digest, std::int64_t>> sealed_;  // (table, id) -> hash, entry
};

}  // namespace

Result<PackReport> verify_pack(const std::string& bytes, const std::string& verifier) {
  auto files = unzip(bytes);
  if (!files) return invalid("not an evidence pack: " + files.error().message);
  for (const auto* name : {"checkpoint.txt", "key.txt", "entries.jsonl", "rows.jsonl"})
    if (!files->contains(name)) return invalid(fmt::format("not an evidence pack: {} is missing", name));
  auto key = TRY(parse_verifier_key(verifier.empty() ? files->at("key.txt") : verifier));
  return Verification{std::move(*files), std::move(key)}.run();
}

}  // namespace evenkeel::ledger
