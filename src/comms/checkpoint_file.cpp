#include "comms/checkpoint_file.hpp"

#include "base/hex.hpp"
#include "comms/branch_commit.hpp"
#include "comms/publish_place.hpp"

namespace evenkeel::comms {

capabilities::Delivery append_checkpoint(const definitions::ChannelDef& channel, const CheckpointNote& note,
                                         const std::vector<std::string>& publish_under, const std::string& state_folder) {
  using capabilities::DeliveryEnd;
  const auto mark = std::min(channel.path.rfind('#'), channel.path.size());
  const auto repository = channel.path.substr(0, mark);
  const BranchEdit edit{.branch = mark < channel.path.size() ? channel.path.substr(mark + 1) : "main",
                        .file = channel.file,
                        .text =
                            [&](const std::string& before) {
                              return before.contains(note.text) ? before : before + (before.empty() ? "" : "\n") + note.text;
                            },
                        .message = fmt::format("Checkpoint of {} entries\n", note.size),
                        .at = note.at};
  if (is_remote_repository(repository))
    return push_to_branch(repository, fmt::format("{}/checkpoints-{}.git", state_folder, to_hex(sha256(repository)).substr(0, 16)), edit);
  const auto place = publish_repository(publish_under, repository);
  if (place) return commit_to_branch(*place, edit);
  return {place.error().kind == ErrorKind::forbidden ? DeliveryEnd::refused : DeliveryEnd::retry, {}, place.error().message, {}};
}

}  // namespace evenkeel::comms
