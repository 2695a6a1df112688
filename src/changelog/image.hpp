// Pictures in notes (CL3): added once, named by what they are, shown from here. A picture from elsewhere would tell its owner who reads,
// and could become another one; one without words says nothing to who does not see it. Neither is approved.
#pragma once
#include "changelog/plain.hpp"
#include "work/ids.hpp"
#include "work/work.hpp"

namespace evenkeel::changelog {

struct Image {
  std::string id, media_type;
  store::Blob bytes;
  std::string added_by;
  SysTime added_at;
  std::optional<SysTime> published_at;
};
BOOST_DESCRIBE_STRUCT(Image, (), (id, media_type, bytes, added_by, added_at, published_at))

struct AddImage {
  static constexpr std::string_view required[] = {"data"};
  std::string data;  // base64
};
BOOST_DESCRIBE_STRUCT(AddImage, (), (data))
struct ImageView {
  std::string id, path, media_type;
  std::int64_t bytes = 0;
  std::string markdown;  // to be put into a note, with the words still to be written
};
BOOST_DESCRIBE_STRUCT(ImageView, (), (id, path, media_type, bytes, markdown))
/// PNG, JPEG, GIF or WebP, by its first bytes, of at most 2 MiB; adding it twice is adding it once. Needs: author, product, support or
/// admin, of any area. Error: invalid. Ledger: image.added.
Result<ImageView> add_image(Work& work, const AddImage& command);

/// By the last part of its path, "<id>.png". What is not published yet is for `signed_in` alone.
std::optional<Image> find_image(store::Tx& tx, std::string_view name, bool signed_in);
/// From now on everybody may see the images that this text shows.
void publish_images(Work& work, std::string_view body);

/// What keeps a text's pictures from being approved; rules `image_words` and `image_elsewhere`.
std::vector<Hint> image_hints(std::string_view body);
/// Error: conflict, with the first of them.
Result<void> images_may_be_approved(std::string_view body);

}  // namespace evenkeel::changelog
