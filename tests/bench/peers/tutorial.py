"""tutorial - FastAPI's security tutorial: one token, one shared dependency."""
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()
oauth2 = OAuth2PasswordBearer(tokenUrl="token")


async def current(token: str = Depends(oauth2)):
    if token != "securetoken":
        raise HTTPException(status_code=401,
                            detail="Invalid authentication credentials",
                            headers={"WWW-Authenticate": "Bearer"})
    return "demo"


@app.get("/secure-data")
async def secure_data(user: str = Depends(current)):
    return {"data": "This is protected data", "user": user}
