// @ts-check
/* A drawing as a PNG: the server's SVG in paper colours, drawn twice as large on white. */

const PAPER = 2;

/** @param {string} address of an SVG @param {string} name of the file @returns {Promise<boolean>} */
export async function savePicture(address, name) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return false;
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await answer.text())}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth * PAPER;
  canvas.height = picture.naturalHeight * PAPER;
  const paper = canvas.getContext("2d");
  const blob = await new Promise((done) => {
    if (!paper) { done(null); return; }
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(done);
  });
  if (!(blob instanceof Blob)) return false;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  return true;
}
